/* failure.c - what an error number of MariaDB means, and the problem it becomes.
 * Numbers: MariaDB's mysqld_error.h and Connector/C's errmsg.h. */
#include "lib/db/internal.h"

#include <errmsg.h>
#include <mysqld_error.h>
#include <stdio.h>
#include <string.h>

/* What Django REST framework says of any dependency that is away (accounts-and-conventions.md section 8). */
#define AWAY "Service temporarily unavailable, try again later."

/* clang-format off */
const struct problem_kind PROBLEM_DB_DOWN = {
	503, "db.down", "The database cannot be reached", AWAY, FORM_PROBLEM, 5
};
const struct problem_kind PROBLEM_DB_TIMEOUT = {
	503, "db.timeout", "The database took too long", AWAY, FORM_PROBLEM, 5
};
const struct problem_kind PROBLEM_DB_BUSY = {
	503, "db.busy", "The database is busy", AWAY, FORM_PROBLEM, 1
};
const struct problem_kind PROBLEM_DB_DUPLICATE = {
	409, "db.duplicate", "It exists already", NULL, FORM_PROBLEM, 0
};
const struct problem_kind PROBLEM_DB_REFERENCE = {
	409, "db.reference", "Something else refers to it, or what it refers to is missing", NULL, FORM_PROBLEM, 0
};
const struct problem_kind PROBLEM_DB_CHECK = {
	500, "db.check", "Internal error", NULL, FORM_PROBLEM, 0
};

static const struct {
	unsigned number;
	enum failure means;
} meanings[] = {
	{ CR_SERVER_GONE_ERROR,          FAIL_GONE      }, /* noticed while sending: nothing whole arrived */
	{ CR_SERVER_LOST,                FAIL_LOST      },
	{ CR_SERVER_LOST_EXTENDED,       FAIL_LOST      },
	{ CR_CONN_HOST_ERROR,            FAIL_LOST      },
	{ CR_CONNECTION_ERROR,           FAIL_LOST      },
	{ CR_UNKNOWN_HOST,               FAIL_LOST      },
	{ CR_SSL_CONNECTION_ERROR,       FAIL_LOST      },
	{ CR_MALFORMED_PACKET,           FAIL_LOST      },
	{ CR_COMMANDS_OUT_OF_SYNC,       FAIL_LOST      }, /* a mistake of ours; only a new connection helps */
	{ ER_SERVER_SHUTDOWN,            FAIL_LOST      },
	{ ER_NORMAL_SHUTDOWN,            FAIL_LOST      },
	{ ER_CONNECTION_KILLED,          FAIL_LOST      },
	{ ER_NET_READ_ERROR,             FAIL_LOST      },
	{ ER_NET_READ_INTERRUPTED,       FAIL_LOST      },
	{ ER_NET_ERROR_ON_WRITE,         FAIL_LOST      },
	{ ER_NET_WRITE_INTERRUPTED,      FAIL_LOST      },
	{ ER_CON_COUNT_ERROR,            FAIL_LOST      },
	{ ER_UNKNOWN_COM_ERROR,          FAIL_HOST      }, /* Galera: a node without quorum, 1047/08S01 */
	{ ER_OPTION_PREVENTS_STATEMENT,  FAIL_HOST      }, /* --read-only: it has become a replica */
	{ ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION, FAIL_OTHER },
	{ ER_UNKNOWN_STMT_HANDLER,       FAIL_STALE     },
	{ ER_NEED_REPREPARE,             FAIL_STALE     },
	{ CR_NEW_STMT_METADATA,          FAIL_STALE     },
	{ CR_STMT_CLOSED,                FAIL_STALE     },
	{ ER_LOCK_DEADLOCK,              FAIL_CONTENDED }, /* Galera's certification failures as well */
	{ ER_LOCK_WAIT_TIMEOUT,          FAIL_CONTENDED },
	{ ER_CHECKREAD,                  FAIL_CONTENDED }, /* innodb_snapshot_isolation, on from MariaDB 11.6.2 */
	{ ER_STATEMENT_TIMEOUT,          FAIL_TIMEOUT   },
	{ ER_QUERY_INTERRUPTED,          FAIL_TIMEOUT   }, /* KILL QUERY by an admin */
	{ ER_DUP_ENTRY,                  FAIL_DUPLICATE },
	{ ER_DUP_ENTRY_WITH_KEY_NAME,    FAIL_DUPLICATE },
	{ ER_FOREIGN_DUPLICATE_KEY_WITH_CHILD_INFO,    FAIL_DUPLICATE },
	{ ER_FOREIGN_DUPLICATE_KEY_WITHOUT_CHILD_INFO, FAIL_DUPLICATE },
	{ ER_NO_REFERENCED_ROW,          FAIL_REFERENCE },
	{ ER_NO_REFERENCED_ROW_2,        FAIL_REFERENCE },
	{ ER_ROW_IS_REFERENCED,          FAIL_REFERENCE },
	{ ER_ROW_IS_REFERENCED_2,        FAIL_REFERENCE },
	{ ER_CONSTRAINT_FAILED,          FAIL_CHECK     },
	{ ER_BAD_NULL_ERROR,             FAIL_CHECK     },
	{ ER_NO_DEFAULT_FOR_FIELD,       FAIL_CHECK     },
	{ ER_DATA_TOO_LONG,              FAIL_CHECK     },
	{ ER_WARN_DATA_OUT_OF_RANGE,     FAIL_CHECK     },
	{ WARN_DATA_TRUNCATED,           FAIL_CHECK     },
	{ ER_TRUNCATED_WRONG_VALUE,      FAIL_CHECK     },
	{ ER_TRUNCATED_WRONG_VALUE_FOR_FIELD, FAIL_CHECK },
	{ ER_DATA_OUT_OF_RANGE,          FAIL_CHECK     },
};

static const struct problem_kind *const kinds[] = {
	[FAIL_GONE]      = &PROBLEM_DB_DOWN,
	[FAIL_LOST]      = &PROBLEM_DB_DOWN,
	[FAIL_HOST]      = &PROBLEM_DB_DOWN,
	[FAIL_STALE]     = &PROBLEM_INTERNAL,
	[FAIL_CONTENDED] = &PROBLEM_DB_BUSY,
	[FAIL_TIMEOUT]   = &PROBLEM_DB_TIMEOUT,
	[FAIL_DUPLICATE] = &PROBLEM_DB_DUPLICATE,
	[FAIL_REFERENCE] = &PROBLEM_DB_REFERENCE,
	[FAIL_CHECK]     = &PROBLEM_DB_CHECK,
	[FAIL_OTHER]     = &PROBLEM_INTERNAL,
};
/* clang-format on */
_Static_assert(sizeof(kinds) / sizeof(kinds[0]) == FAIL_N, "every failure is a problem");

enum failure failure_of(unsigned number)
{
	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++)
		if (meanings[i].number == number)
			return meanings[i].means;
	return FAIL_OTHER;
}

static void keep(struct db_error *e, unsigned number, const char *state, const char *message)
{
	e->number = number;
	snprintf(e->state, sizeof(e->state), "%s", state);
	snprintf(e->message, sizeof(e->message), "%s", message);
}

void error_keep(struct db_error *e, MYSQL *mysql)
{
	keep(e, mysql_errno(mysql), mysql_sqlstate(mysql), mysql_error(mysql));
}

void error_keep_statement(struct db_error *e, MYSQL_STMT *handle)
{
	keep(e, mysql_stmt_errno(handle), mysql_stmt_sqlstate(handle), mysql_stmt_error(handle));
}

/* The name in "Duplicate entry 'value' for key 'name'". The value may hold anything, so the last one counts. */
static const char *key_name(struct arena *a, const char *message)
{
	static const char before[] = "for key '";
	const char *name = NULL;

	for (const char *at = message; (at = strstr(at, before)); at++)
		name = at + sizeof(before) - 1;
	return name ? arena_text_n(a, name, strcspn(name, "'")) : "?";
}

/* True if the server's words may repeat a value, which may be a secret. */
static bool message_tells_values(unsigned number)
{
	return number == ER_TRUNCATED_WRONG_VALUE || number == ER_TRUNCATED_WRONG_VALUE_FOR_FIELD ||
	       number == ER_DATA_OUT_OF_RANGE;
}

struct problem *failure_problem(struct arena *a, enum failure f, const struct db_error *e, const char *sql)
{
	struct problem *p = problem_new(a, kinds[f], NULL);

	if (f == FAIL_DUPLICATE)
		return problem_because(p, "key '%s' is taken in: %.300s", key_name(a, e->message), sql);
	return problem_because(p, "%u/%s %s in: %.300s", e->number, e->state,
	                       message_tells_values(e->number) ? "a value does not fit" : e->message, sql);
}

bool db_is_duplicate(const struct problem *p, const char *key)
{
	char start[160];

	if (!problem_is(p, &PROBLEM_DB_DUPLICATE) || !p->cause)
		return false;
	if (!key)
		return true;
	snprintf(start, sizeof(start), "key '%s' ", key);
	return strncmp(p->cause, start, strlen(start)) == 0;
}
