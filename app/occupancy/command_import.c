/* command_import.c - takes spaces over from the redis server of the original service, with what is left of their lifetime. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/occupancy/client_redis.h"
#include "app/occupancy/command.h"
#include "app/occupancy/conf.h"
#include "app/occupancy/store.h"
#include "lib/base/text.h"
#include "lib/command/command.h"

enum { NAME_CHARS_MOST = 255, COUNT_MOST = 999999999, PURGE_AT_ONCE = 200 };

struct import_words {
	const char *redis;
	const char *password_file;
	bool plan;
};

struct import {
	struct invocation *in;
	const struct import_words *words;
	struct instant now;
	int64_t taken, known, gone, others, failed;
};

/* ---- one space ---- */

/* What is wrong with it, or NULL. */
static const char *id_take(const struct redis_space *from, struct space_id *out)
{
	struct space_id named;

	(void)space_id_read(from->key, out); /* that it can be is why we are here */
	if (from->space_id && (!space_id_read(from->space_id, &named) || memcmp(&named, out, sizeof(named)) != 0))
		return "space_id is not the key";
	return space_id_is_read_only(out) ? "ids of version 8 are for reading here" : NULL;
}

/* Digits as many as there are: more than nine are as good as nine nines. */
static bool count_take(const char *text, int64_t *out)
{
	if (!text || !*text || text[strspn(text, "0123456789")])
		return false;
	text += strspn(text, "0");
	*out = COUNT_MOST;
	return strlen(text) > 9 || num_read(*text ? text : "0", 0, COUNT_MOST, out);
}

static const char *fields_take(struct arena *a, const struct redis_space *from, struct space *out)
{
	const char *name = from->space_name && *from->space_name ? from->space_name : NULL;

	if (!count_take(from->current, &out->current))
		return "occupancy_current is no count";
	if (!count_take(from->maximum, &out->maximum) || out->maximum < 1 || out->maximum > OCCUPANCY_MAXIMUM_MOST)
		return "occupancy_maximum is not from 1 to 100000";
	if (!from->created || !instant_read(from->created, &out->created_at))
		return "created is no time";
	if (!from->last_updated || !instant_read(from->last_updated, &out->updated_at))
		return "last_updated is no time";
	if (name && !utf8_valid(name, strlen(name)))
		return "space_name is not UTF-8";
	out->name = name ? arena_text_n(a, name, utf8_cut(name, NAME_CHARS_MOST)) : NULL;
	return NULL;
}

static struct instant end_of(const struct import *i, int64_t left_ms)
{
	return left_ms < 0 ? clock_after_s(i->now, occupancy_conf.lifetime_s)
	                   : (struct instant){ i->now.us + left_ms * 1000 };
}

static struct problem *space_take(struct import *i, struct arena *a, const struct redis_space *from)
{
	const struct space_id read_only_id = space_id_new_read_only();
	struct space_id id = { { 0 } };
	struct space s = {
		.id = space_id_bytes(&id),
		.read_only_id = space_id_bytes(&read_only_id),
		.expires_at = end_of(i, from->left_ms),
	};
	const char *wrong = id_take(from, &id);
	struct problem *p;

	if (!wrong)
		wrong = fields_take(a, from, &s);
	if (wrong) {
		fprintf(i->in->err, "%s error: %s\n", from->key, wrong);
		i->failed++;
		return NULL;
	}
	p = i->words->plan ? NULL : space_insert(i->in->db, a, &s, EVENT_IMPORTED);
	if (db_is_duplicate(p, NULL)) {
		i->known++;
		return NULL;
	}
	i->taken += !p;
	return p;
}

/* ---- all of them ---- */

static struct problem *round_take(struct import *i, struct arena *a, const struct list *list)
{
	const struct redis_space *spaces = list->items;
	struct space_id id;

	for (size_t n = 0; n < list->count; n++) {
		if (!spaces[n].is_hash || !space_id_read(spaces[n].key, &id))
			i->others++;
		else if (spaces[n].left_ms == -2)
			i->gone++;
		else
			TRY(space_take(i, a, &spaces[n]));
	}
	return NULL;
}

/* A row that has expired here would stand in the way of the same space that lives there. */
static struct problem *purge(struct import *i)
{
	int64_t removed = 0;

	do {
		TRY(spaces_purge(i->in->db, i->in->arena, i->now, PURGE_AT_ONCE, &removed));
	} while (removed == PURGE_AT_ONCE);
	return NULL;
}

static struct problem *all_take(struct import *i, struct redis *redis)
{
	const bool terminal = !i->in->quiet && isatty(STDERR_FILENO);
	bool more = true;

	while (more) {
		struct list list;

		TRY(redis_next(redis, i->in->arena, &list, &more));
		TRY(round_take(i, i->in->arena, &list));
		if (terminal)
			fprintf(i->in->err, "\r%lld spaces", (long long)(i->taken + i->known));
	}
	if (terminal)
		fputc('\n', i->in->err);
	return NULL;
}

/* clang-format off */
static const struct field import_fields[] = {
	FIELD(struct import_words, redis,         REQUIRED, 1, 1000, "redis://[:PASSWORD@]HOST[:PORT][/NUMBER] or unix://PATH"),
	FIELD(struct import_words, password_file, OPTIONAL, 1, 4096, "file that holds the password, mode 0400 or 0600"),
	FIELD(struct import_words, plan,          OPTIONAL, 0, 1,    "reads and checks, and writes nothing"),
	FIELD_END,
};
static const struct shape import_shape = SHAPE("OccupancyImport", struct import_words, import_fields);
/* clang-format on */

/* May be run again: what is here stays as it is. */
static struct problem *import_run(struct invocation *in)
{
	struct import_words words = { .redis = NULL };
	struct import i = { .in = in, .words = &words, .now = clock_now() };
	const char *password = NULL;
	struct redis *redis;

	TRY(arguments_read(in, &import_shape, NULL, &words));
	if (words.password_file)
		TRY(secret_read(in->arena, words.password_file, &password));
	TRY(redis_open(in->arena, words.redis, password, &redis));
	if (!words.plan)
		TRY(purge(&i));
	TRY(all_take(&i, redis));
	if (!in->quiet)
		fprintf(in->out,
		        "%s %lld spaces; %lld were here already, %lld had just ended, %lld keys are no spaces, %lld failed\n",
		        words.plan ? "Would import" : "Imported", (long long)i.taken, (long long)i.known, (long long)i.gone,
		        (long long)i.others, (long long)i.failed);
	return i.failed > 0
	           ? problem_new(in->arena, &PROBLEM_ROWS, "%lld spaces could not be imported", (long long)i.failed)
	           : NULL;
}

/* clang-format off */
const struct command occupancy_commands[] = {
	{ "import occupancy", "--redis URL [--password-file FILE] [--plan]", "takes spaces over from the original service's redis, with what is left of their lifetime", true, import_run },
	{ 0 },
};
/* clang-format on */
