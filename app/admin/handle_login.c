/* handle_login.c - the way in and out. Every failure is one and the same error, so that nobody learns whose account it was or that
 * it is no staff account. */
#include <string.h>

#include "app/accounts/accounts.h"
#include "app/admin/handle.h"
#include "app/admin/notice.h"
#include "app/admin/page.h"
#include "lib/base/text.h"

#define NEXT_MOST 2000
#define MSG_LOGIN \
	"Please enter the correct username and password for a staff account. Note that both fields may be case-sensitive."

struct login {
	const char *username, *password, *next;
};

/* clang-format off */
static const struct field fields[] = {
	FIELD(struct login, username, REQUIRED, 1, 254, "login name"),
	FIELD(struct login, password, REQUIRED | NO_TRIM | SECRET, 1, 1024, "password"),
	FIELD(struct login, next,     OPTIONAL | BLANK, 0, NEXT_MOST, "where to go then"),
	FIELD_END,
};
static const struct shape shape = SHAPE("AdminLogin", struct login, fields);
/* clang-format on */

/* A path of this host; else the index. Browsers take "//host" and "/\host" for addresses of other hosts. */
static const char *next_of(struct req *r, const char *next)
{
	const char *home = arena_printf(r->arena, "%s/", admin_base());

	if (!next || next[0] != '/' || next[1] == '/' || strlen(next) > NEXT_MOST)
		return home;
	for (const char *c = next; *c; c++)
		if ((unsigned char)*c <= ' ' || (unsigned char)*c >= 0x7f || *c == '\\')
			return home;
	return next;
}

static const char *next_asked(struct req *r)
{
	struct query_pair pairs[8];
	const size_t count = req_query_pairs(r, pairs, sizeof(pairs) / sizeof(pairs[0]));
	const char *next = NULL;

	for (size_t i = 0; i < count; i++)
		if (text_equal(pairs[i].name, "next"))
			next = pairs[i].value;
	return next;
}

static bool is_inside(const struct req *r)
{
	return r->user && (r->user->superuser || r->user->staff);
}

static void add_input(struct buf *b, const char *name, const char *type, const char *label, const char *value,
                      bool wrong)
{
	buf_printf(
		b, "<div class=\"field\"><label for=\"id_%s\">%s</label><input id=\"id_%s\" name=\"%s\" type=\"%s\" required%s",
		name, label, name, name, type, wrong ? " aria-describedby=\"wrong\" aria-invalid=\"true\"" : "");
	buf_text(b, " value=\"");
	buf_html(b, value);
	buf_text(b, "\"></div>\n");
}

static struct problem *page(struct req *r, const char *username, const char *next, bool wrong)
{
	struct buf b;

	page_begin(r, &b, "Log in", NULL);
	if (r->user && !is_inside(r)) {
		buf_text(&b, "<p class=\"notice bad\">You are authenticated as ");
		buf_html(&b, r->user->username);
		buf_text(&b,
		         ", but are not authorized to access this page. Would you like to login to a different account?</p>\n");
	}
	if (wrong)
		buf_text(&b, "<p class=\"notice bad\" id=\"wrong\" role=\"alert\">" MSG_LOGIN "</p>\n");
	page_form_begin(r, &b, arena_printf(r->arena, "%s/login/", admin_base()), "Log in");
	add_input(&b, "username", "text\" autocomplete=\"username\" autocapitalize=\"none\" maxlength=\"254", "Username",
	          username, wrong);
	add_input(&b, "password", "password\" autocomplete=\"current-password", "Password", "", wrong);
	page_hidden(&b, "next", next);
	buf_text(&b, "<button>Log in</button></form>\n");
	return page_end(r, &b, 200);
}

struct problem *login_show(struct req *r)
{
	const char *next = next_of(r, next_asked(r));

	return is_inside(r) ? page_lead(r, next) : page(r, "", next, false);
}

struct problem *login_try(struct req *r)
{
	const struct identity *user = NULL;
	struct login login = { .next = next_asked(r) };
	struct problem *p = req_form(r, &shape, &login);

	if (p && !problem_is(p, &PROBLEM_FIELDS))
		return p;
	if (!p)
		TRY(account_login_staff(r, login.username, login.password, &user));
	if (user)
		return page_lead(r, next_of(r, login.next));
	return page(r, login.username ? login.username : "", next_of(r, login.next), true);
}

/* ---- the way out ---- */

struct problem *logout_show(struct req *r)
{
	struct buf b;

	if (!r->user)
		return page_lead(r, arena_printf(r->arena, "%s/login/", admin_base()));
	page_begin(r, &b, "Log out", (const struct crumb[]){ { NULL, NULL } });
	buf_text(&b, "<p>Do you want to log out?</p>\n");
	page_form_begin(r, &b, NULL, "Log out");
	buf_text(&b, "<button>Log out</button> ");
	page_link(&b, arena_printf(r->arena, "%s/", admin_base()), "No, take me back");
	buf_text(&b, "</form>\n");
	return page_end(r, &b, 200);
}

struct problem *logout_do(struct req *r)
{
	TRY(account_logout(r));
	notice_set(r, NOTICE_SIGNED_OUT, NULL);
	return page_lead(r, arena_printf(r->arena, "%s/login/", admin_base()));
}
