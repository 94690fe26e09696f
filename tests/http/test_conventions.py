"""test_conventions.py - the wire conventions of Django REST framework on our addresses (accounts-and-conventions.md
sections 1, 5 to 8 and 10)."""

import json

import pytest

from harness.processes import Failed

pytestmark = pytest.mark.one_front

USERS = "/api/users/"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"


@pytest.fixture
def admin(portico):
    return portico.admin()


def own(client):
    return "/" + client.get(USERS).json()[0]["url"].split("/", 3)[3]


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("application/json", "application/json"),
        ("application/*", "application/json"),
        ("application/json, text/plain, */*", "application/json"),
        ("text/html", "text/html; charset=utf-8"),
        ("text/*", "text/html; charset=utf-8"),
        (BROWSER, "text/html; charset=utf-8"),
        ("text/html, application/json", "application/json"),
        ("text/html;q=0.1, */*", "text/html; charset=utf-8"),
        ("text/html, application/json; indent=4", "application/json"),
    ],
)
def test_the_most_specific_media_type_decides(admin, accept, media):
    answer = admin.get(USERS, headers={"Accept": accept})

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == media


def test_what_nobody_can_render_is_406(admin):
    answer = admin.get(USERS, headers={"Accept": "application/xml"})

    assert answer.status_code == 406
    assert answer.json()["detail"] == "Could not satisfy the request Accept header."
    assert answer.headers["Vary"] == "Accept"
    assert admin.get(USERS + "?format=json", headers={"Accept": "text/html"}).status_code == 406


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/.json", 200), ("/api/.json/", 200), ("/api/.api", 200), ("/api/.xml", 404),
        ("/api/users.json", 200), ("/api/users.json/", 200), ("/api/users/.json", 404), ("/api/users.xml", 404),
        ("/api/users//", 404), ("/api//", 404), ("/api/users.JSON", 404), ("/api/users/?format=json", 200),
        ("/api/users/?format=xml", 404), ("/api/users/?format=", 200), ("/api/users.json?format=api", 200),
        ("{own}.json", 200), ("{own}.json/", 200), ("{own}.xml", 404), ("{own}.x.json", 404), ("{own}.", 404),
    ],
)
def test_formats_stand_in_the_path_or_in_the_query(admin, address, status):
    answer = admin.get(address.format(own=own(admin)[:-1]))

    assert answer.status_code == status
    if status == 404:
        assert answer.json()["detail"] == "Not found."
    else:
        html = ".api" in address
        assert answer.headers["Content-Type"] == ("text/html; charset=utf-8" if html else "application/json")


def test_the_index_begins_with_users_and_groups(portico):
    answer = portico.anonymous().get("/api/")

    assert answer.headers["Content-Type"] == "application/json"
    assert list(answer.json().items())[:2] == [("users", f"{portico.url}/api/users/"), ("groups", f"{portico.url}/api/groups/")]
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_every_answer_says_what_is_allowed_and_what_it_depends_on(admin):
    item = own(admin)
    expected = {USERS: "GET, POST, HEAD, OPTIONS", item: "GET, PUT, PATCH, DELETE, HEAD, OPTIONS"}

    for address, allow in expected.items():
        answers = [
            admin.get(address), admin.head(address), admin.options(address), admin.request("BREW", address), admin.get(address, headers={"Accept": "application/xml"}),
        ]
        for answer in answers:
            assert answer.headers["Allow"] == allow
            assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
        assert answers[0].headers["Vary"].replace(" ", "") == "Accept,Cookie"  # Apache lays it out its own way
    assert admin.get(USERS + "999999/").headers["Allow"] == expected[item]


def test_an_unknown_verb_is_405_in_these_words(admin):
    for verb in ("PUT", "DELETE", "BREW"):
        answer = admin.request(verb, USERS)
        assert answer.status_code == 405
        assert answer.json()["detail"] == f'Method "{verb}" not allowed.'


def test_head_has_the_headers_of_get(admin):
    get, head = admin.get(USERS), admin.head(USERS)

    assert head.status_code == 200
    assert head.content == b""
    for name in ("Content-Type", "Allow", "Vary"):
        assert head.headers[name] == get.headers[name]
    if "Content-Length" in head.headers and "Content-Length" in get.headers:  # Apache drops it
        assert head.headers["Content-Length"] == get.headers["Content-Length"]


def test_json_is_compact_raw_utf8_and_laid_out_when_asked_for(admin):
    admin.post("/api/groups/", json={"name": "é\u2028x"})

    compact = admin.get("/api/groups/").content
    wide = admin.get("/api/groups/", headers={"Accept": "application/json; indent=4"}).content

    assert b": " not in compact and b", " not in compact and not compact.endswith(b"\n")
    assert "é\\u2028x".encode() in compact
    assert wide == json.dumps(json.loads(compact), indent=4, ensure_ascii=False).replace("\u2028", "\\u2028").encode()


# ---- bodies ----


@pytest.mark.parametrize(
    ("media", "body", "status", "said"),
    [
        ("text/plain", "x", 415, {"detail": 'Unsupported media type "text/plain" in request.'}),
        ("application/xml", "<a/>", 415, {"detail": 'Unsupported media type "application/xml" in request.'}),
        ("text/plain", "", 400, {"username": ["This field is required."]}),
        ("application/json", "", 400, {"username": ["This field is required."]}),
        ("application/json", "[]", 400, {"non_field_errors": ["Invalid data. Expected a dictionary, but got list."]}),
        ("application/json", '"x"', 400, {"non_field_errors": ["Invalid data. Expected a dictionary, but got str."]}),
        ("application/json", "7", 400, {"non_field_errors": ["Invalid data. Expected a dictionary, but got int."]}),
        ("application/json", "7.5", 400, {"non_field_errors": ["Invalid data. Expected a dictionary, but got float."]}),
        ("application/json", "true", 400, {"non_field_errors": ["Invalid data. Expected a dictionary, but got bool."]}),
        ("application/json", "null", 400, {"non_field_errors": ["No data provided"]}),
        ("multipart/form-data", "x", 400, {"detail": "Multipart form parse error - Invalid boundary in multipart: None"}),
        ("application/json; charset=latin-1", '{"username":"é"}', 201, {"username": "é"}),
    ],
)
def test_a_body_is_read_or_refused_by_its_kind(admin, media, body, status, said):
    answer = admin.post(USERS, data=body.encode(), headers={"Content-Type": media})

    assert answer.status_code == status
    assert said.items() <= answer.json().items()


def test_broken_json_is_told_with_its_reason(admin):
    answer = admin.post(USERS, data=b"{", headers={"Content-Type": "application/json"})

    assert answer.status_code == 400
    assert answer.json()["detail"].startswith("JSON parse error - ")


# ---- slashes ----


def test_a_missing_slash_is_a_redirect_for_reading_and_nothing_for_writing(admin):
    answer = admin.get("/api/users?page=1")

    assert answer.status_code == 301
    assert answer.headers["Location"] == "/api/users/?page=1"
    assert answer.content == b""
    assert admin.post("/api/users", json={"username": "ana"}).status_code == 201
    item = own(admin)[:-1]
    assert admin.patch(item, json={"email": "a@b.org"}).status_code == 200
    assert admin.delete(item).status_code == 204


# ---- OPTIONS ----


def test_options_describes_a_list_and_what_may_be_posted(admin):
    said = admin.options(USERS).json()

    assert list(said) == ["name", "description", "renders", "parses", "actions"]
    assert said["name"] == "User List"
    assert said["description"] == "API endpoint that allows users to be viewed or edited."
    assert said["renders"] == ["application/json", "text/html"]
    assert said["parses"] == ["application/json", "application/x-www-form-urlencoded", "multipart/form-data"]
    fields = said["actions"]["POST"]
    assert list(fields) == ["url", "username", "email", "groups", "password"]
    assert fields["url"] == {"type": "field", "required": False, "read_only": True, "label": "Url"}
    assert fields["username"] == {
        "type": "string", "required": True, "read_only": False, "label": "Username",
        "help_text": "Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.", "max_length": 150,
    }
    assert fields["email"] == {
        "type": "email", "required": False, "read_only": False, "label": "Email address", "max_length": 254,
    }
    assert fields["groups"] == {
        "type": "field", "required": False, "read_only": False, "label": "Groups",
        "help_text": "The groups this user belongs to. A user will get all permissions granted to each of their groups.",
    }


def test_options_describes_items_the_root_and_groups(admin):
    item = admin.options(own(admin)).json()
    root = admin.options("/api/").json()
    groups = admin.options("/api/groups/").json()

    assert item["name"] == "User Instance"
    assert list(item["actions"]) == ["PUT"]
    assert "actions" not in admin.options(USERS + "999999/").json()
    assert (root["name"], root["description"]) == ("Api Root", "The default basic root view for DefaultRouter")
    assert groups["actions"]["POST"]["name"] == {
        "type": "string", "required": True, "read_only": False, "label": "Name", "max_length": 80,
    }


def test_options_offers_nothing_to_who_may_not(portico):
    ana = portico.user("ana")

    assert "actions" not in ana.options("/api/groups/").json()
    assert "actions" not in ana.options(USERS).json()
    assert "PUT" in ana.options(own(ana)).json()["actions"]


# ---- outages ----


def test_a_lost_database_is_told_in_the_usual_words_without_causes(portico, front, admin):
    front.world.database.stop()
    try:
        answer = admin.get(USERS)
        page = admin.get(USERS, headers={"Accept": BROWSER})
        with pytest.raises(Failed) as told:
            portico.cli("user", "list")
    finally:
        front.world.database.start()

    assert answer.status_code == page.status_code == 503
    assert answer.json()["detail"] == "Service temporarily unavailable, try again later."
    assert int(answer.headers["Retry-After"]) > 0
    assert "localhost" not in answer.text and "Can't connect" not in answer.text
    assert "not ready: The database cannot be reached" in str(told.value)  # an admin is told of what
    assert admin.get(USERS).status_code == 200
