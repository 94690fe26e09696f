# app/admin/fragment.mk - the administration.
libapps_a_SOURCES += \
	app/admin/admin.h app/admin/app.c \
	app/admin/desk.c app/admin/desk.h \
	app/admin/form.h \
	app/admin/handle.h app/admin/handle_chosen.c app/admin/handle_form.c app/admin/handle_index.c app/admin/handle_list.c \
	app/admin/handle_login.c app/admin/handle_object.c app/admin/handle_password.c app/admin/handle_remove.c \
	app/admin/list.h \
	app/admin/model_work.c \
	app/admin/notice.c app/admin/notice.h \
	app/admin/object.h app/admin/objects.c \
	app/admin/page.h app/admin/page_deletion.c app/admin/page_field.c app/admin/page_filter.c app/admin/page_frame.c \
	app/admin/page_value.c \
	app/admin/problems.c app/admin/problems.h \
	app/admin/query.c app/admin/query.h \
	app/admin/removal.c app/admin/removal.h \
	app/admin/routes.c \
	app/admin/store.h app/admin/store_rows.c app/admin/store_trail.c \
	app/admin/words.c app/admin/words.h
