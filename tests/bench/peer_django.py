"""peer_django.py - a space by its primary key, as a Django REST framework view; a WSGI module for uWSGI.

The shortest application that does it: no sessions, no middleware, no permissions, one database connection kept per thread.
The database is that of the option file in BARE_CNF; the table is Portico's own."""

import os
import uuid

import django
from django.conf import settings

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.mysql",
            "OPTIONS": {"read_default_file": os.environ["BARE_CNF"]},
            "CONN_MAX_AGE": None,
        }
    },
    INSTALLED_APPS=["rest_framework"],
    REST_FRAMEWORK={"DEFAULT_AUTHENTICATION_CLASSES": [], "DEFAULT_PERMISSION_CLASSES": [], "UNAUTHENTICATED_USER": None},
    ROOT_URLCONF=__name__,
    SECRET_KEY=uuid.uuid4().hex,
    USE_TZ=True,
)
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import models  # noqa: E402
from django.urls import path  # noqa: E402
from rest_framework import generics, serializers  # noqa: E402


class Space(models.Model):
    id = models.BinaryField(primary_key=True, max_length=16)
    name = models.CharField(max_length=255, null=True)
    current = models.IntegerField()
    maximum = models.IntegerField()
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        app_label = "peer"
        db_table = "occupancy_space"
        managed = False


class SpaceSerializer(serializers.ModelSerializer):
    space_id = serializers.SerializerMethodField()

    def get_space_id(self, space):
        return str(uuid.UUID(bytes=bytes(space.id)))

    class Meta:
        model = Space
        fields = ["space_id", "name", "current", "maximum", "created_at", "updated_at"]


class Show(generics.RetrieveAPIView):
    queryset = Space.objects.all()
    serializer_class = SpaceSerializer

    def get_object(self):
        return generics.get_object_or_404(self.get_queryset(), pk=self.kwargs["space_id"].bytes)


urlpatterns = [path("drf/space/<uuid:space_id>", Show.as_view())]
application = get_wsgi_application()
