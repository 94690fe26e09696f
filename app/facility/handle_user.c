/* handle_user.c - accounts as the client's admin pages see them. */
#include "app/accounts/accounts.h"
#include "app/facility/conf.h"
#include "app/facility/handle.h"
#include "app/facility/shapes.h"
#include "lib/base/text.h"

static struct user_view view_of(const struct account *account)
{
	return (struct user_view){
		.id = account->id, /* the profile is the account: one number for both */
		.calipso_uid = account->uuid,
		.user_id = account->id,
		.user = {
			.username = account->username,
			.last_login = account->last_login_at,
			.is_superuser = account->superuser,
		},
	};
}

/* GET /users/ - the ordering names are the old service's; accounts knows the columns by its own. */
static const char *ordering_of(struct arena *a, const char *wish)
{
	struct texts terms = db_search_terms(a, wish ? wish : "");
	struct buf b;

	buf_init(&b, a, 1024);
	for (size_t i = 0; i < terms.count; i++) {
		bool down = terms.items[i][0] == '-';
		const char *name = terms.items[i] + down;

		if (text_equal(name, "user__username"))
			name = "username";
		else if (!text_equal(name, "id"))
			continue;
		buf_printf(&b, "%s%s%s", b.length ? "," : "", down ? "-" : "", name);
	}
	return b.length ? buf_string(&b) : "id";
}

struct problem *users_list(struct req *r)
{
	const struct page_query *query = r->query;
	struct list accounts, views;
	struct page page;
	int64_t offset;

	TRY(page_read(r, facility_conf.page_size_users, &page));
	TRY(account_count(r->db, r->arena, query->search, &page.count));
	TRY(page_settle(r, &page, &offset));
	TRY(account_page(r->db, r->arena, query->search, ordering_of(r->arena, query->ordering), offset, page.size,
	                 &accounts));
	views = (struct list){ ARENA_ARRAY(r->arena, struct user_view, accounts.count), accounts.count };
	for (size_t i = 0; i < accounts.count; i++)
		((struct user_view *)views.items)[i] = view_of((const struct account *)accounts.items + i);
	return reply_page(r, &user_shape, views, &page);
}

/* GET /users/{username}/ */
struct problem *user_show(struct req *r)
{
	struct account account;
	struct user_view view;

	TRY(account_find(r->db, r->arena, req_param(r, "username"), &account));
	view = view_of(&account);
	return reply_shape(r, 200, &user_shape, &view);
}

/* GET /users/{username}/admin */
struct problem *admin_show(struct req *r)
{
	struct account account;
	struct admin_view view;

	TRY(account_find(r->db, r->arena, req_param(r, "username"), &account));
	view.is_admin = account.superuser;
	return reply_shape(r, 200, &admin_shape, &view);
}

struct admin_change {
	struct req *r;
	bool superuser;
};

static struct problem *admin_set_work(struct db *db, struct arena *a, void *context)
{
	struct admin_change *change = context;
	struct account account;

	TRY(account_find(db, a, req_param(change->r, "username"), &account));
	TRY(account_set_superuser(db, a, account.id, change->superuser));
	return audit_add(db, a, change->r->user->id, change->superuser ? "promote" : "demote", "user", account.id,
	                 account.username, NULL);
}

/* POST /users/{username}/admin - repeating it is no error; the last superuser stays one (defect 54). */
struct problem *admin_set(struct req *r)
{
	const struct admin_ask *ask = r->body;
	struct admin_change change = { r, ask->is_superuser };

	TRY(db_transaction(r->db, r->arena, admin_set_work, &change));
	return reply_empty(r, 200);
}
