/* handle_password.c - the caller's own password. */
#include "app/accounts/accounts.h"
#include "app/admin/handle.h"
#include "app/admin/page.h"

struct passwords {
	const char *old_password, *new_password1, *new_password2;
};

/* clang-format off */
#define PASSWORD(member, ...) FIELD(struct passwords, member, REQUIRED | NO_TRIM | SECRET, 1, 1024, "a password", __VA_ARGS__)
static const struct field fields[] = {
	PASSWORD(old_password,  .label = "Old password"),
	PASSWORD(new_password1, .label = "New password", .help = ACCOUNT_PASSWORD_HELP),
	PASSWORD(new_password2, .label = "New password confirmation"),
	FIELD_END,
};
static const struct shape shape = SHAPE("AdminPasswords", struct passwords, fields);
/* clang-format on */
static const struct admin_form form = { .shape = &shape };
static const struct crumb crumbs[] = { { NULL, NULL } };

static struct problem *page(struct req *r, const struct problem *wrong)
{
	const struct passwords none = { NULL, NULL, NULL };
	struct buf b;

	page_begin(r, &b, "Password change", crumbs);
	page_wrong(&b, wrong);
	buf_text(
		&b,
		"<p>Please enter your old password, for security's sake, and then enter your new password twice so we can verify "
		"you typed it in correctly.</p>\n");
	page_form_begin(r, &b, NULL, "Password change");
	TRY(page_fields(r, &b, &form, &none, wrong, false));
	buf_text(&b, "<button>Change my password</button></form>\n");
	return page_end(r, &b, 200);
}

struct problem *own_password_show(struct req *r)
{
	return page(r, NULL);
}

struct problem *own_password_set(struct req *r)
{
	struct passwords sent = { NULL, NULL, NULL };
	struct problem *p = req_form(r, &shape, &sent);

	if (!p)
		p = account_own_password(r, sent.old_password, sent.new_password1, sent.new_password2);
	if (problem_is(p, &PROBLEM_FIELDS))
		return page(r, p);
	TRY(p);
	return page_lead(r, arena_printf(r->arena, "%s/password_change/done/", admin_base()));
}

struct problem *own_password_done(struct req *r)
{
	struct buf b;

	page_begin(r, &b, "Password change successful", crumbs);
	buf_text(&b, "<p>Your password was changed.</p>\n");
	return page_end(r, &b, 200);
}
