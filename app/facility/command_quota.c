/* command_quota.c - what a user may hold at once, by command line. */
#include "app/accounts/accounts.h"
#include "app/facility/command.h"
#include "app/facility/image.h"
#include "app/facility/quota.h"
#include "lib/base/text.h"
#include "lib/command/command.h"

struct quota_words {
	const char *user;
	int64_t max_simultaneous;
	int64_t cpu;
	const char *memory;
	const char *hdd;
};

static const char *check_size(struct arena *a, const void *value)
{
	int64_t bytes;

	(void)a;
	return size_read(*(const char *const *)value, &bytes) && bytes > 0 ? NULL : "A size such as 30G is required.";
}

/* clang-format off */
static const struct field set_fields[] = {
	FIELD(struct quota_words, user,             REQUIRED, 1, 150, "user name"),
	FIELD(struct quota_words, max_simultaneous, REQUIRED, 1, 1000, "resources at once"),
	FIELD(struct quota_words, cpu,              REQUIRED, 1, 100000, "CPUs"),
	FIELD(struct quota_words, memory,           REQUIRED, 1, 20, "memory", .check = check_size),
	FIELD(struct quota_words, hdd,              REQUIRED, 1, 20, "storage", .check = check_size),
	FIELD_END,
};
static const struct shape set_shape = SHAPE("QuotaWords", struct quota_words, set_fields);
static const struct field show_fields[] = {
	FIELD(struct quota_words, user, REQUIRED, 1, 150, "user name"),
	FIELD_END,
};
static const struct shape show_shape = SHAPE("QuotaUser", struct quota_words, show_fields);
/* clang-format on */
static const char *const positional[] = { "user", NULL };

static struct problem *user_find(struct invocation *in, const char *name, struct account *out)
{
	struct problem *p = account_find(in->db, in->arena, name, out);

	return problem_is(p, &PROBLEM_NOT_FOUND) ? problem_new(in->arena, &PROBLEM_NOT_FOUND, "There is no user %s.", name)
	                                         : p;
}

struct change {
	struct account account;
	struct quota quota;
};

static struct problem *set_work(struct db *db, struct arena *a, void *context)
{
	const struct change *c = context;

	TRY(quota_store(db, a, c->account.id, &c->quota));
	return audit_add(db, a, 0, "set", "quota", c->account.id, c->account.username, NULL);
}

struct problem *quota_set_command(struct invocation *in)
{
	struct quota_words w = { 0 };
	struct change c;

	TRY(arguments_read(in, &set_shape, positional, &w));
	TRY(user_find(in, w.user, &c.account));
	c.quota = (struct quota){ .max_simultaneous = w.max_simultaneous, .cpu = w.cpu };
	/* the shape has checked both texts */
	(void)size_read(w.memory, &c.quota.memory_bytes);
	(void)size_read(w.hdd, &c.quota.hdd_bytes);
	TRY(db_transaction(in->db, in->arena, set_work, &c));
	fprintf(in->out, "Successfully set the quota of user %s\n", w.user);
	return NULL;
}

struct problem *quota_show_command(struct invocation *in)
{
	struct quota_words w = { 0 };
	struct account account;
	struct quota limit, used;

	TRY(arguments_read(in, &show_shape, positional, &w));
	TRY(user_find(in, w.user, &account));
	TRY(quota_find(in->db, in->arena, account.id, &limit));
	TRY(quota_used_sum(in->db, in->arena, account.id, &used));
	fprintf(
		in->out,
		"          used  limit\nresources %4lld  %lld\ncpu       %4lld  %lld\nmemory    %4s  %s\nhdd       %4s  %s\n",
		(long long)used.max_simultaneous, (long long)limit.max_simultaneous, (long long)used.cpu, (long long)limit.cpu,
		size_text_gib(in->arena, used.memory_bytes), size_text(in->arena, limit.memory_bytes),
		size_text_gib(in->arena, used.hdd_bytes), size_text(in->arena, limit.hdd_bytes));
	return NULL;
}
