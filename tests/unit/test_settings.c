/* test_settings.c - settings from defaults, file, environment and secret files, and every refusal. */
#include "tests/unit/folder.h"

#include "lib/base/settings.h"
#include "lib/base/text.h"

struct demo_conf {
	const char *url;
	const char *title;
	const char *key;
	int64_t call_ms;
	int64_t cache;
	bool fast;
	int colour;
	struct texts hosts;
};

struct other_conf {
	int64_t port;
};

static const char *const colours[] = { "red", "green", "blue", NULL };

static const char *starts_with_http(struct arena *a, const char *text)
{
	(void)a;
	return text_starts(text, "http") ? NULL : "must start with http";
}

static const struct setting demo_settings[] = {
	/* clang-format off */
	SET_TEXT  (struct demo_conf, url, NULL, "where it is", .check = starts_with_http),
	SET_TEXT  (struct demo_conf, title, "Demo", "what it is called | or not"),
	SET_SECRET(struct demo_conf, key, "opens it"),
	SET_INT   (struct demo_conf, call_ms, 10000, 100, 60000, "longest call"),
	SET_SIZE  (struct demo_conf, cache, "64M", 0, INT64_MAX, "bytes kept"),
	SET_BOOL  (struct demo_conf, fast, true, "hurry"),
	SET_CHOICE(struct demo_conf, colour, "green", colours, "of the door"),
	SET_LIST  (struct demo_conf, hosts, "a, b", "who may come"),
	SETTING_END
	/* clang-format on */
};
static const struct setting other_settings[] = {
	SET_INT(struct other_conf, port, 80, 1, 65535, "where it listens"),
	SETTING_END,
};

static struct demo_conf demo;
static struct other_conf other;
static const struct settings_section sections[] = {
	{ "demo", "For the tests.", demo_settings, &demo },
	{ "other", "Too.", other_settings, &other },
};

static struct problem *load(struct folder *f, const char *path)
{
	memset(&demo, 0x5a, sizeof(demo));
	return settings_load(f->arena, path, sections, 2);
}

/* Loads a file of that text. */
static struct problem *load_text(struct folder *f, const char *text)
{
	return load(f, folder_file(f, "portico.ini", 0600, text, strlen(text)));
}

static void refuses_text(struct folder *f, const char *text, const char *because)
{
	const struct problem *p = load_text(f, text);

	assert_problem(p, PROBLEM_SETTINGS);
	assert_contains(p->cause, because);
}

static void uses_defaults_without_a_file(void **state)
{
	assert_fine(load(*state, NULL));
	assert_null(demo.url);
	assert_string_equal(demo.title, "Demo");
	assert_null(demo.key);
	assert_int_equal(demo.call_ms, 10000);
	assert_int_equal(demo.cache, 64 << 20);
	assert_true(demo.fast);
	assert_int_equal(demo.colour, 1);
	assert_int_equal(demo.hosts.count, 2);
	assert_string_equal(demo.hosts.items[1], "b");
	assert_int_equal(other.port, 80);
}

static void reads_every_kind_from_a_file(void **state)
{
	assert_fine(load_text(*state,
	                      "\xef\xbb\xbf# comment\n; comment\n\n[demo]\n"
	                      "url = http://x/?a=b;c # no comment\n"
	                      "title=Ein Käse ; auch kein Kommentar \r\n"
	                      "key =  se=cr;et \n"
	                      "  call_ms = 100\n"
	                      "cache = 3G\n"
	                      "fast = Off\n"
	                      "colour = blue\n"
	                      "hosts = one two\tthree\n"
	                      "[other]\n"
	                      "port: 65535"));
	assert_string_equal(demo.url, "http://x/?a=b;c # no comment");
	assert_string_equal(demo.title, "Ein Käse ; auch kein Kommentar");
	assert_string_equal(demo.key, "se=cr;et");
	assert_int_equal(demo.call_ms, 100);
	assert_int_equal(demo.cache, INT64_C(3) << 30);
	assert_false(demo.fast);
	assert_int_equal(demo.colour, 2);
	assert_int_equal(demo.hosts.count, 3);
	assert_string_equal(demo.hosts.items[2], "three");
	assert_int_equal(other.port, 65535);
}

static void parts_lists_at_commas_or_at_blanks(void **state)
{
	assert_fine(load_text(*state, "[demo]\nhosts = red wine, beer,, \n"));
	assert_int_equal(demo.hosts.count, 2);
	assert_string_equal(demo.hosts.items[0], "red wine");
	assert_string_equal(demo.hosts.items[1], "beer");
	assert_fine(load_text(*state, "[demo]\nhosts =\n"));
	assert_int_equal(demo.hosts.count, 0);
}

static void an_empty_text_is_not_set_where_that_is_the_default(void **state)
{
	assert_fine(load_text(*state, "[demo]\nurl =\ntitle =\nkey =\n"));
	assert_null(demo.url);
	assert_null(demo.key);
	assert_string_equal(demo.title, "");
}

static void reads_all_words_for_yes_and_no(void **state)
{
	static const char *const yes[] = { "yes", "TRUE", "on", "1" };
	static const char *const no[] = { "no", "False", "off", "0" };
	struct folder *f = *state;

	for (size_t i = 0; i < 4; i++) {
		assert_fine(load_text(f, arena_printf(f->arena, "[demo]\nfast = %s\n", yes[i])));
		assert_true(demo.fast);
		assert_fine(load_text(f, arena_printf(f->arena, "[demo]\nfast = %s\n", no[i])));
		assert_false(demo.fast);
	}
}

static void refuses_wrong_values_with_name_value_and_what_would_be_right(void **state)
{
	refuses_text(*state, "[demo]\n\ncall_ms = 99\n",
	             "demo.call_ms: must be a whole number from 100 to 60000, not \"99\" (");
	refuses_text(*state, "[demo]\n\ncall_ms = 99\n", "portico.ini line 3)");
	refuses_text(*state, "[demo]\ncall_ms = 60001\n", "demo.call_ms: must be");
	refuses_text(*state, "[demo]\ncall_ms = 10s\n", "not \"10s\"");
	refuses_text(*state, "[demo]\ncall_ms =\n", "demo.call_ms: must be");
	refuses_text(*state, "[demo]\ncache = 3GB\n", "demo.cache: must be a size of at least 0");
	refuses_text(*state, "[demo]\nfast = maybe\n", "demo.fast: must be a yes or no");
	refuses_text(*state, "[demo]\ncolour = gren\n", "must be a choice of red, green, blue; did you mean green?");
	refuses_text(*state, "[demo]\ncolour = Green\n", "did you mean green?");
	refuses_text(*state, "[demo]\nurl = ftp://x\n", "demo.url: must start with http, not \"ftp://x\"");
}

static void reports_all_mistakes_together(void **state)
{
	const struct problem *p = load_text(*state, "[demo]\ncall_ms = x\nfast = x\nspeed = 1\n[other]\nport = 0\n");
	int fields = 0;

	assert_problem(p, PROBLEM_SETTINGS);
	for (const struct field_error *e = p->fields; e; e = e->next)
		fields++;
	assert_int_equal(fields, 4);
	assert_string_equal(p->detail, "4 settings are wrong.");
	assert_contains(p->cause, "demo.speed: is no setting");
	assert_contains(p->cause, "; demo.call_ms: must");
	assert_contains(p->cause, "; demo.fast: must");
	assert_contains(p->cause, "; other.port: must");
}

static void refuses_unknown_names_and_suggests(void **state)
{
	refuses_text(*state, "[demo]\ncal_ms = 1\n", "demo.cal_ms: is no setting; did you mean call_ms? (");
	refuses_text(*state, "[demo]\nport = 1\n", "demo.port: is no setting; it belongs in [other] (");
	refuses_text(*state, "[demo]\nzzzzzz = 1\n", "demo.zzzzzz: is no setting (");
	refuses_text(*state, "[demo]\nurl_file = /x\n", "demo.url_file: is no setting"); /* no secret */
	refuses_text(*state, "[dmo]\ncall_ms = 1\nfast = 1\n", "dmo: is no section; did you mean [demo]? (");
	refuses_text(*state, "call_ms = 1\n", "call_ms: stands before the first [section]");
}

static void refuses_lines_that_are_not_understood(void **state)
{
	struct folder *f = *state;
	char *long_line = arena_printf(f->arena, "[demo]\ntitle = %*s\n", 9000, "x");

	refuses_text(f, "[demo]\nfast\n", "demo.fast: has no value");
	refuses_text(f, "[demo\nfast = 1\n", "line 1 is neither [section] nor name = value");
	refuses_text(f, "[demo]\nfast = 1\nfast = 0\n", "demo.fast: is given twice (");
	refuses_text(f, "[demo]\ntitle = a\n  b = c\n", "demo.b: is no setting"); /* no continued lines */
	refuses_text(f, "[demo]\ntitle = \xff\n", "is not UTF-8 text");
	refuses_text(f, long_line, "line 2 is longer than");
	assert_problem(load(f, folder_file(f, "nul.ini", 0600, "[demo]\n\0fast=1\n", 15)), PROBLEM_SETTINGS);
}

static void refuses_a_file_that_is_none(void **state)
{
	struct folder *f = *state;
	const struct problem *p = load(f, folder_path(f, "missing.ini"));

	assert_problem(p, PROBLEM_SETTINGS);
	assert_contains(p->cause, "missing.ini: cannot be read: No such file");
	assert_problem(load(f, f->path), PROBLEM_SETTINGS);
}

static void the_environment_wins(void **state)
{
	setenv("PORTICO_DEMO_CALL_MS", "777", 1);
	setenv("PORTICO_DEMO_KEY", "hush", 1);
	setenv("PORTICO_CONFIG", "/somewhere", 1);
	setenv("PORTICO_STRANGER_X", "not ours", 1);
	assert_fine(load_text(*state, "[demo]\ncall_ms = 100\nfast = no\n"));
	assert_int_equal(demo.call_ms, 777);
	assert_string_equal(demo.key, "hush");
	assert_false(demo.fast);
	unsetenv("PORTICO_DEMO_CALL_MS");
	unsetenv("PORTICO_DEMO_KEY");
	unsetenv("PORTICO_CONFIG");
	unsetenv("PORTICO_STRANGER_X");
}

static void refuses_wrong_variables(void **state)
{
	const struct problem *p;

	setenv("PORTICO_DEMO_CALL_MS", "x", 1);
	setenv("PORTICO_DEMO_FASTER", "x", 1);
	setenv("PORTICO_DEMO_URL", "http\xff", 1);
	p = load(*state, NULL);
	assert_problem(p, PROBLEM_SETTINGS);
	assert_contains(p->cause,
	                "demo.call_ms: must be a whole number from 100 to 60000, not \"x\" (PORTICO_DEMO_CALL_MS)");
	assert_contains(p->cause, "PORTICO_DEMO_FASTER: is no setting of [demo]; did you mean fast?");
	assert_contains(p->cause, "PORTICO_DEMO_URL: is not UTF-8 text");
	unsetenv("PORTICO_DEMO_CALL_MS");
	unsetenv("PORTICO_DEMO_FASTER");
	unsetenv("PORTICO_DEMO_URL");
}

static void reads_secrets_from_files_of_their_own(void **state)
{
	struct folder *f = *state;
	const char *one = folder_file(f, "one", 0600, " first \n", 8);
	const char *two = folder_file(f, "two", 0400, "second\n", 7);
	const char *text = arena_printf(f->arena, "[demo]\nkey_file = %s\n", one);

	assert_fine(load_text(f, text));
	assert_string_equal(demo.key, "first");
	setenv("PORTICO_DEMO_KEY_FILE", two, 1);
	assert_fine(load_text(f, text));
	assert_string_equal(demo.key, "second");
	unsetenv("PORTICO_DEMO_KEY_FILE");
	setenv("PORTICO_DEMO_KEY", "third", 1);
	assert_fine(load_text(f, text));
	assert_string_equal(demo.key, "third");
	unsetenv("PORTICO_DEMO_KEY");
	refuses_text(f, arena_printf(f->arena, "%skey = inline\n", text), "demo.key: is given twice");
	assert_fine(load_text(f, "[demo]\nkey_file =\n"));
	assert_null(demo.key);
}

static void refuses_unfit_secret_files(void **state)
{
	struct folder *f = *state;
	static const mode_t open_modes[] = { 0640, 0604, 0660, 0610, 0601, 0602, 0777 };
	const char *out = "unchanged";
	char *large = arena_alloc(f->arena, 65537);

	for (size_t i = 0; i < sizeof(open_modes) / sizeof(open_modes[0]); i++) {
		struct problem *p = secret_read(f->arena, folder_file(f, "open", open_modes[i], "x", 1), &out);

		assert_problem(p, PROBLEM_SETTINGS);
		assert_contains(p->cause, "open to others (mode 0");
	}
	memset(large, 'x', 65537);
	assert_problem(secret_read(f->arena, folder_file(f, "large", 0600, large, 65537), &out), PROBLEM_SETTINGS);
	assert_problem(secret_read(f->arena, folder_file(f, "empty", 0600, " \n", 2), &out), PROBLEM_SETTINGS);
	assert_problem(secret_read(f->arena, folder_file(f, "bytes", 0600, "a\xff", 2), &out), PROBLEM_SETTINGS);
	assert_problem(secret_read(f->arena, folder_file(f, "nul", 0600, "a\0b", 3), &out), PROBLEM_SETTINGS);
	assert_problem(secret_read(f->arena, folder_path(f, "missing"), &out), PROBLEM_SETTINGS);
	assert_problem(secret_read(f->arena, f->path, &out), PROBLEM_SETTINGS);
	assert_int_equal(mkfifo(folder_path(f, "fifo"), 0600), 0);
	assert_problem(secret_read(f->arena, folder_path(f, "fifo"), &out), PROBLEM_SETTINGS);
	assert_string_equal(out, "unchanged");
	assert_fine(secret_read(f->arena, folder_file(f, "full", 0600, large, 65536), &out));
	assert_int_equal(strlen(out), 65536);
}

static void never_shows_a_secret(void **state)
{
	struct folder *f = *state;
	static const char text[] = "[demo]\nkey = hunter2\n";
	const char *path = folder_file(f, "open.ini", 0644, text, strlen(text));
	const struct problem *p = load(f, path);
	struct buf b;

	assert_problem(p, PROBLEM_SETTINGS);
	assert_contains(p->cause, "demo.key: is a secret in a file that everybody may read");
	assert_null(strstr(p->cause, "hunter2"));

	assert_fine(load_text(f, text));
	buf_init(&b, f->arena, 65536);
	settings_print(&b, sections, 2, false);
	assert_contains(buf_string(&b), "#key = ***\n");
	assert_null(strstr(buf_string(&b), "hunter2"));
}

static void prints_a_file_that_can_be_read_again(void **state)
{
	struct folder *f = *state;
	struct buf first, second;

	assert_fine(load_text(f, "[demo]\ntitle = x\ncache = 1500\nhosts = red wine,\ncolour = red\n[other]\nport = 9\n"));
	buf_init(&first, f->arena, 65536);
	settings_print(&first, sections, 2, false);
	assert_contains(buf_string(&first), "[demo]\n# For the tests.\n");
	assert_contains(buf_string(&first), "# whole number from 100 to 60000; default: 10000; PORTICO_DEMO_CALL_MS\n");
	assert_contains(buf_string(&first), "\n#url =\n");
	assert_contains(buf_string(&first), "\ncache = 1500\n");
	assert_contains(buf_string(&first), "\nhosts = red wine,\n");

	assert_fine(load_text(f, buf_string(&first)));
	buf_init(&second, f->arena, 65536);
	settings_print(&second, sections, 2, false);
	assert_string_equal(buf_string(&first), buf_string(&second));
}

static void prints_documentation_with_defaults_only(void **state)
{
	struct folder *f = *state;
	struct buf b;

	assert_fine(load_text(f, "[demo]\ntitle = mine\ncall_ms = 123\n"));
	buf_init(&b, f->arena, 65536);
	settings_print(&b, sections, 2, true);
	assert_contains(buf_string(&b), "## [demo]\n\nFor the tests.\n\n| Name | Takes | Default | Meaning |\n");
	assert_contains(buf_string(&b), "| `call_ms` | whole number from 100 to 60000 | `10000` | longest call |\n");
	assert_contains(buf_string(&b), "| `title` | text | `Demo` | what it is called \\| or not |\n");
	assert_contains(buf_string(&b), "| `url` | text | not set |");
	assert_contains(buf_string(&b), "`key_file`");
	assert_null(strstr(buf_string(&b), "mine"));
	assert_null(strstr(buf_string(&b), "123"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FOLDER_CASE(uses_defaults_without_a_file),
		FOLDER_CASE(reads_every_kind_from_a_file),
		FOLDER_CASE(parts_lists_at_commas_or_at_blanks),
		FOLDER_CASE(an_empty_text_is_not_set_where_that_is_the_default),
		FOLDER_CASE(reads_all_words_for_yes_and_no),
		FOLDER_CASE(refuses_wrong_values_with_name_value_and_what_would_be_right),
		FOLDER_CASE(reports_all_mistakes_together),
		FOLDER_CASE(refuses_unknown_names_and_suggests),
		FOLDER_CASE(refuses_lines_that_are_not_understood),
		FOLDER_CASE(refuses_a_file_that_is_none),
		FOLDER_CASE(the_environment_wins),
		FOLDER_CASE(refuses_wrong_variables),
		FOLDER_CASE(reads_secrets_from_files_of_their_own),
		FOLDER_CASE(refuses_unfit_secret_files),
		FOLDER_CASE(never_shows_a_secret),
		FOLDER_CASE(prints_a_file_that_can_be_read_again),
		FOLDER_CASE(prints_documentation_with_defaults_only),
	};

	return cmocka_run_group_tests_name("settings", tests, NULL, NULL);
}
