/* test_log.c - log lines as they arrive at the other end of a pipe or in a file. */
#include "tests/unit/folder.h"

#include <errno.h>
#include <limits.h>
#include <sys/wait.h>

#include "lib/base/log.h"

/* Standard error is a pipe from redirect() until written(), which gives what came through. */
static int saved_stderr, reader;

static void redirect(void)
{
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	fflush(stderr);
	saved_stderr = dup(STDERR_FILENO);
	assert_true(dup2(ends[1], STDERR_FILENO) >= 0);
	close(ends[1]);
	reader = ends[0];
}

static const char *written(struct arena *a)
{
	char *text = arena_alloc(a, 65537);
	size_t length = 0;
	ssize_t n;

	assert_true(dup2(saved_stderr, STDERR_FILENO) >= 0);
	close(saved_stderr);
	while ((n = read(reader, text + length, 65536 - length)) > 0)
		length += (size_t)n;
	close(reader);
	return text;
}

static void writes_one_line_of_pairs(void **state)
{
	struct folder *f = *state;

	log_app("facility");
	log_request("7f3a");
	redirect();
	LOG(LOG_WARN, "launch failed", L_INT("resource", -12), L_TEXT("user", "ada"), L_TEXT("why", NULL));
	log_app(NULL);
	log_request(NULL);
	LOG(LOG_INFO, "bare");

	const char *text = written(f->arena);

	assert_memory_equal(text, "at=2", 4);
	assert_contains(text,
	                "Z level=warn app=facility event=\"launch failed\" req=7f3a resource=-12 user=ada why=-\nat=");
	assert_contains(text, "Z level=info event=bare\n");
}

static void quotes_what_would_break_a_line(void **state)
{
	static const char *const values[][2] = {
		{ "plain/value:1,2", "v=plain/value:1,2 " },
		{ "", "v=\"\" " },
		{ "-", "v=\"-\" " },
		{ "a b", "v=\"a b\" " },
		{ "a=b", "v=\"a=b\" " },
		{ "say \"hi\"", "v=\"say \\\"hi\\\"\" " },
		{ "back\\slash", "v=\"back\\\\slash\" " },
		{ "two\nlines level=error", "v=\"two\\nlines level=error\" " },
		{ "\x1b[31m", "v=\"\\u001b[31m\" " },
		{ "Käse", "v=\"Käse\" " },
		{ "\xe2\x80\xa8", "v=\"\\u2028\" " },
		{ "broken \xff\n", "v=\"broken \xef\xbf\xbd\\n\" " },
	};
	struct folder *f = *state;

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		redirect();
		LOG(LOG_INFO, "e", L_TEXT("v", values[i][0]), L_INT("end", 1));
		assert_contains(written(f->arena), values[i][1]);
	}
}

static void a_line_stays_within_what_a_pipe_takes_at_once(void **state)
{
	struct folder *f = *state;
	char *many = arena_alloc(f->arena, 100001);

	for (size_t i = 0; i + 2 <= 100000; i += 2)
		memcpy(many + i, "ä", 2);
	redirect();
	LOG(LOG_INFO, "e", L_TEXT("one", many), L_TEXT("two", many), L_TEXT("three", many), L_INT("four", 4));

	const char *text = written(f->arena);

	assert_true(strlen(text) <= PIPE_BUF);
	assert_true(strlen(text) > 3000);
	assert_contains(text, "ä…\" two=\"ää");
	assert_contains(text, " cut=1\n");
	assert_int_equal(strcspn(text, "\n") + 1, strlen(text));
}

static void says_nothing_below_the_threshold(void **state)
{
	struct folder *f = *state;

	redirect();
	LOG(LOG_DEBUG, "quiet");
	log_threshold(LOG_ERROR);
	LOG(LOG_WARN, "quiet");
	LOG(LOG_ERROR, "loud");
	log_threshold(LOG_DEBUG);
	LOG(LOG_DEBUG, "detail");
	log_threshold(LOG_INFO);

	const char *text = written(f->arena);

	assert_null(strstr(text, "quiet"));
	assert_contains(text, "level=error event=loud\n");
	assert_contains(text, "level=debug event=detail\n");
}

static void writes_a_problem_with_its_cause(void **state)
{
	struct folder *f = *state;
	struct problem *fields = NULL;

	problem_field(f->arena, &fields, "name", "This field is required.");
	redirect();
	log_problem(problem_because(problem_new(f->arena, &PROBLEM_INTERNAL, NULL), "disk %d is full", 3));
	log_problem(problem_new(f->arena, &PROBLEM_CONFLICT, "taken"));
	log_problem(fields);

	const char *text = written(f->arena);

	assert_contains(text,
	                "level=error event=problem code=base.internal status=500 "
	                "detail=\"A server error occurred.\" cause=\"disk 3 is full\"\n");
	assert_contains(text, "level=info event=problem code=base.conflict status=409 detail=taken\n");
	assert_contains(text, "field=name message=\"This field is required.\"\n");
}

static void has_a_name_for_every_level(void **state)
{
	(void)state;
	for (int i = 0; i < LOG_LEVEL_N; i++)
		assert_non_null(log_level_names[i]);
	assert_null(log_level_names[LOG_LEVEL_N]);
}

static const char *content(struct folder *f, const char *path)
{
	char *text = arena_alloc(f->arena, 1 << 20);
	FILE *file = fopen(path, "r");

	assert_non_null(file);
	(void)!fread(text, 1, (1 << 20) - 1, file);
	fclose(file);
	return text;
}

static void appends_to_a_file_and_finds_it_again_after_rotation(void **state)
{
	struct folder *f = *state;
	const char *path = folder_file(f, "log", 0600, "old\n", 4);

	assert_true(log_open(path));
	LOG(LOG_INFO, "first");
	assert_int_equal(rename(path, folder_path(f, "log.1")), 0);
	LOG(LOG_INFO, "second");
	assert_true(log_reopen());
	LOG(LOG_INFO, "third");
	assert_memory_equal(content(f, folder_path(f, "log.1")), "old\nat=", 7);
	assert_contains(content(f, folder_path(f, "log.1")), "event=second\n");
	assert_contains(content(f, path), "event=third\n");
	assert_null(strstr(content(f, path), "second"));
}

static void a_file_that_cannot_be_opened_changes_nothing(void **state)
{
	struct folder *f = *state;
	const char *path = folder_path(f, "log");

	assert_true(log_open(path));
	errno = 0;
	assert_false(log_open(folder_path(f, "no/such/folder")));
	assert_int_equal(errno, ENOENT);
	LOG(LOG_INFO, "still here");
	assert_contains(content(f, path), "still here");
}

static void lines_of_several_processes_do_not_mix(void **state)
{
	enum { PROCESSES = 4, LINES = 100 };
	struct folder *f = *state;
	const char *path = folder_path(f, "log");
	char value[601];
	pid_t children[PROCESSES];

	assert_true(log_open(path));
	for (int i = 0; i < PROCESSES; i++) {
		children[i] = fork();
		assert_true(children[i] >= 0);
		if (children[i] == 0) {
			memset(value, 'a' + i, 600);
			value[600] = '\0';
			for (int j = 0; j < LINES; j++)
				LOG(LOG_INFO, "e", L_TEXT("v", value));
			_exit(0);
		}
	}
	for (int i = 0; i < PROCESSES; i++)
		assert_int_equal(waitpid(children[i], NULL, 0), children[i]);

	int lines = 0;

	for (const char *line = content(f, path); *line; line += strcspn(line, "\n") + 1, lines++) {
		const char *v = strstr(line, " v=");

		assert_memory_equal(line, "at=", 3);
		assert_non_null(v);
		for (int i = 1; i < 600; i++)
			assert_int_equal(v[3 + i], v[3]);
		assert_int_equal(v[603], '\n');
	}
	assert_int_equal(lines, PROCESSES * LINES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		/* those that write to standard error come first: a log file stays open to the end */
		FOLDER_CASE(writes_one_line_of_pairs),
		FOLDER_CASE(quotes_what_would_break_a_line),
		FOLDER_CASE(a_line_stays_within_what_a_pipe_takes_at_once),
		FOLDER_CASE(says_nothing_below_the_threshold),
		FOLDER_CASE(writes_a_problem_with_its_cause),
		FOLDER_CASE(has_a_name_for_every_level),
		FOLDER_CASE(appends_to_a_file_and_finds_it_again_after_rotation),
		FOLDER_CASE(a_file_that_cannot_be_opened_changes_nothing),
		FOLDER_CASE(lines_of_several_processes_do_not_mix),
	};

	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
