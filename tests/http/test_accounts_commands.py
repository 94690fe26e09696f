"""test_accounts_commands.py - portico user …, portico createsuperuser: what the admin's command line does and refuses."""

import json
import os
import pty
import re
import select
import signal
import termios
import time
from pathlib import Path

import pytest

from harness.processes import Failed

pytestmark = pytest.mark.one_front

GOOD = "Vogel-im-Wind 42"


@pytest.fixture
def words(portico):
    """words("text") is the path of a file that holds them as a password."""
    return lambda text, name="password": portico.front.private_file(name, text)


def refusal(portico, *command):
    with pytest.raises(Failed) as failed:
        portico.cli(*command)
    return str(failed.value)


def users(portico):
    return portico.sql("SELECT username, superuser, staff, active, email FROM account_user ORDER BY username")


# ---- add ----


def test_adds_a_user_who_can_log_in(portico, words):
    said = portico.cli("user", "add", "ana", "--email", "ana@lab.example", "--password-file", words(GOOD + "\n"))

    assert said == "Added user ana.\n"
    assert users(portico) == [["ana", "0", "0", "1", "ana@lab.example"]]
    assert portico.client().login("ana", GOOD).status_code == 200


def test_adds_superusers_and_staff(portico, words):
    portico.cli("user", "add", "ana", "--superuser", "--password-file", words(GOOD))
    portico.cli("user", "add", "eva", "--staff", "--no-password")

    assert users(portico) == [["ana", "1", "0", "1", ""], ["eva", "0", "1", "1", ""]]


def test_writes_the_audit_trail(portico, words):
    portico.cli("user", "add", "ana", "--superuser", "--no-password")
    portico.cli("user", "add", "eva", "--no-password")
    portico.cli("user", "promote", "eva")
    portico.cli("user", "passwd", "eva", "--password-file", words(GOOD))
    portico.cli("user", "remove", "eva")

    rows = portico.sql("SELECT actor_id, action, object_kind, object_name, detail FROM account_audit ORDER BY id")
    assert rows == [
        [None, "add", "user", "ana", ""], [None, "add", "user", "eva", ""], [None, "promote", "user", "eva", ""],
        [None, "password", "user", "eva", ""], [None, "remove", "user", "eva", ""],
    ]


@pytest.mark.parametrize("name", ["x y/z", "..", ".", "a/b", "{'a': 1}", "änne", "a" * 151, ""])
def test_refuses_names_that_are_unsafe_in_paths(portico, name):
    said = refusal(portico, "user", "add", name, "--no-password")

    assert "name: " in said
    assert users(portico) == []


def test_refuses_a_taken_name_in_any_case(portico):
    portico.cli("user", "add", "ana", "--no-password")

    assert "A user with that username already exists." in refusal(portico, "user", "add", "ana", "--no-password")
    assert "A user with that username already exists." in refusal(portico, "user", "add", "ANA", "--no-password")
    assert len(users(portico)) == 1


def test_refuses_a_bad_mail_address(portico):
    said = refusal(portico, "user", "add", "ana", "--email", "nowhere", "--no-password")

    assert "email: Enter a valid email address." in said
    assert users(portico) == []


def test_refuses_weak_passwords_with_every_reason(portico, words):
    said = refusal(portico, "user", "add", "ana", "--password-file", words("123456"))
    for reason in ("too short. It must contain at least 8 characters.", "too common.", "entirely numeric."):
        assert f"This password is {reason}" in said
    said = refusal(portico, "user", "add", "lovelace", "--password-file", words("lovelace1843"))
    assert "The password is too similar to the username." in said
    assert users(portico) == []


def test_refuses_a_password_file_that_others_can_read(portico, words):
    path = words(GOOD)
    for mode in (0o640, 0o604, 0o666):
        path.chmod(mode)
        said = refusal(portico, "user", "add", "ana", "--password-file", path)
        assert f"is open to others (mode {mode:04o})" in said
        assert "chmod 0600" in said
    assert users(portico) == []


def test_refuses_password_files_that_are_none(portico, words):
    assert "cannot be read" in refusal(portico, "user", "add", "ana", "--password-file", "/nowhere/at/all")
    assert "is not a regular file" in refusal(portico, "user", "add", "ana", "--password-file", "/")
    assert "is empty" in refusal(portico, "user", "add", "ana", "--password-file", words("\n"))
    assert "one line" in refusal(portico, "user", "add", "ana", "--password-file", words(GOOD + "\nsecond"))
    assert "exclude each other" in refusal(portico, "user", "add", "ana", "--no-password", "--password-file", words(GOOD))
    assert users(portico) == []


def test_never_takes_a_password_from_its_arguments(portico):
    assert "unknown option --password" in refusal(portico, "user", "add", "ana", "--password", GOOD)


def test_without_a_terminal_it_says_what_to_do(portico):
    said = refusal(portico, "user", "add", "ana")

    assert "--password-file" in said
    assert users(portico) == []


def test_quiet_says_nothing_of_success(portico):
    assert portico.cli("--quiet", "user", "add", "ana", "--no-password") == ""


# ---- passwd, promote, activate, remove ----


def test_a_new_password_ends_all_sessions(portico, words):
    ana = portico.user("ana")

    portico.cli("user", "passwd", "ana", "--password-file", words(GOOD))

    assert ana.get("/api/facility/authenticated/").status_code == 401
    assert portico.client().login("ana", ana.password).status_code == 401
    assert portico.client().login("ana", GOOD).status_code == 200
    portico.cli("user", "passwd", "ana", "--no-password")
    assert portico.client().login("ana", GOOD).status_code == 401


def test_a_refused_password_changes_nothing(portico, words):
    ana = portico.user("ana")

    assert "too common" in refusal(portico, "user", "passwd", "ana", "--password-file", words("password"))
    assert ana.get("/api/facility/authenticated/").status_code == 200
    assert portico.client().login("ana", ana.password).status_code == 200


def test_promotes_and_keeps_the_last_superuser(portico):
    portico.cli("user", "add", "ana", "--superuser", "--no-password")
    portico.cli("user", "add", "eva", "--no-password")

    for command in (("promote", "ana", "--undo"), ("deactivate", "ana"), ("remove", "ana")):
        assert "The last active superuser" in refusal(portico, "user", *command)
    assert portico.cli("user", "promote", "eva") == "eva is a superuser.\n"
    assert portico.cli("user", "promote", "eva") == "eva is a superuser.\n"
    assert portico.cli("user", "promote", "ana", "--undo") == "ana is no longer a superuser.\n"
    assert [row[:2] for row in users(portico)] == [["ana", "0"], ["eva", "1"]]


def test_every_command_refuses_a_name_that_nobody_has(portico, words):
    portico.cli("user", "add", "ana", "--no-password")

    for command in (("passwd", "--password-file", words(GOOD)), ("promote",), ("token",), ("show",), ("activate",),
                    ("deactivate",), ("remove",)):
        for name in ("eva", "Ana"):
            said = refusal(portico, "user", command[0], name, *command[1:])
            assert f'there is no user "{name}"' in said
            assert "exit status 1" in said


def test_wrong_words_are_a_usage_error(portico):
    for command in (("add",), ("passwd",), ("promote", "a", "b"), ("list", "word"), ("token", "a", "--revok")):
        assert "exit status 2" in refusal(portico, "user", *command)


# ---- looking ----


def test_lists_and_searches_users(portico):
    portico.cli("user", "add", "eva", "--superuser", "--staff", "--no-password", "--email", "eva@lab.example")
    portico.cli("user", "add", "ana", "--no-password")
    portico.cli("user", "deactivate", "ana")

    lines = portico.cli("user", "list").splitlines()
    assert lines[0].split() == ["USERNAME", "FLAGS", "LAST", "LOGIN", "EMAIL"]
    assert [line.split() for line in lines[1:]] == [
        ["ana", "inactive", "never"], ["eva", "superuser,staff", "never", "eva@lab.example"]
    ]
    assert [line.split()[0] for line in portico.cli("--quiet", "user", "list", "--search", "EV").splitlines()] == ["eva"]
    assert portico.cli("--quiet", "user", "list", "--search", "%") == ""


def test_shows_one_user_without_a_hash(portico, words):
    portico.cli("user", "add", "ana", "--password-file", words(GOOD), "--email", "ana@lab.example")

    said = portico.cli("user", "show", "ana")

    assert re.search(r"^username +ana$", said, re.M)
    assert re.search(r"^email +ana@lab\.example$", said, re.M)
    assert re.search(r"^last login +never$", said, re.M)
    assert "argon2" not in said


def test_check_wants_an_active_superuser(portico):
    portico.cli("user", "add", "eva", "--no-password")
    assert "portico createsuperuser" in refusal(portico, "check")

    portico.cli("user", "promote", "eva")
    try:
        said = portico.cli("check")
    except Failed as failed:  # for another reason
        said = str(failed)
    assert "portico createsuperuser" not in said
    assert "there is an active superuser" in said


# ---- createsuperuser ----


def test_createsuperuser_makes_staff_and_superuser(portico, words):
    said = portico.cli("createsuperuser", "--username", "ana", "--email", "", "--password-file", words(GOOD))

    assert said == "Superuser created successfully.\n"
    assert users(portico) == [["ana", "1", "1", "1", ""]]
    assert portico.client().login("ana", GOOD).status_code == 200


def test_createsuperuser_without_input_makes_an_unusable_password(portico):
    portico.cli("createsuperuser", "--noinput", "--username", "ana", "--email", "ana@lab.example")

    assert users(portico) == [["ana", "1", "1", "1", "ana@lab.example"]]
    assert portico.sql("SELECT password_hash FROM account_user") == [["!"]]
    assert "--username" in refusal(portico, "createsuperuser", "--noinput")
    assert "already exists" in refusal(portico, "createsuperuser", "--noinput", "--username", "ana")


# ---- the terminal ----


class Terminal:
    """The command line on a terminal of its own."""

    def __init__(self, front, *command):
        words = [str(front.world.installed.command), "--config", str(front.config), *command]
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(front.environment())
            os.execv(words[0], words)
        self.said = self.unread = ""

    def echoes(self):
        return bool(termios.tcgetattr(self.fd)[3] & termios.ECHO)

    def wait_for(self, text):
        """Reads until the text has been said, behind what was waited for before."""
        deadline = time.monotonic() + 20
        while text not in self.unread:
            assert time.monotonic() < deadline, f"waited for {text!r}, heard {self.unread!r}"
            if select.select([self.fd], [], [], 0.2)[0]:
                try:
                    heard = os.read(self.fd, 4096).decode()
                except OSError:  # the other side is closed
                    raise AssertionError(f"waited for {text!r}, heard {self.unread!r} and the end") from None
                self.said += heard
                self.unread += heard
        self.unread = self.unread.partition(text)[2]

    def asks(self, prompt, echo):
        self.wait_for(prompt)
        deadline = time.monotonic() + 5
        while self.echoes() != echo and time.monotonic() < deadline:
            time.sleep(0.01)
        assert self.echoes() == echo

    def type(self, text):
        os.write(self.fd, text.encode() + b"\n")

    def end(self):
        """The exit status; minus the signal that ended it."""
        while True:
            try:
                text = os.read(self.fd, 4096)
            except OSError:
                break
            if not text:
                break
            self.said += text.decode()
        _, status = os.waitpid(self.pid, 0)
        os.close(self.fd)
        return os.waitstatus_to_exitcode(status)


def test_asks_twice_without_showing_what_is_typed(portico):
    terminal = Terminal(portico.front, "user", "add", "ana")

    for prompt in ("Password: ", "Password (again): "):
        terminal.asks(prompt, echo=False)
        terminal.type(GOOD)

    assert terminal.end() == 0
    assert GOOD not in terminal.said
    assert "Added user ana." in terminal.said
    assert portico.client().login("ana", GOOD).status_code == 200


def test_asks_again_for_different_blank_and_weak_answers_and_gives_up_after_three(portico):
    terminal = Terminal(portico.front, "user", "add", "ana")

    for first, second, words in (
        (GOOD, GOOD + "x", "Your passwords didn't match."),
        ("", "", "Blank passwords aren't allowed."),
        ("123456", "123456", "This password is entirely numeric."),
    ):
        terminal.asks("Password: ", echo=False)
        terminal.type(first)
        terminal.asks("Password (again): ", echo=False)
        terminal.type(second)
        terminal.wait_for(words)

    assert terminal.end() == 1
    assert "no good password in 3 attempts" in terminal.said
    assert users(portico) == []


def test_a_taken_name_is_said_before_a_password_is_asked_for(portico):
    portico.cli("user", "add", "ana", "--no-password")

    terminal = Terminal(portico.front, "user", "add", "Ana")

    assert terminal.end() == 2
    assert "already exists" in terminal.said
    assert "Password" not in terminal.said


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_a_signal_leaves_the_terminal_as_it_was(portico, sign):
    terminal = Terminal(portico.front, "user", "add", "ana")
    terminal.asks("Password: ", echo=False)

    os.kill(terminal.pid, sign)

    deadline = time.monotonic() + 5
    while not terminal.echoes() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert terminal.echoes()
    assert terminal.end() == -sign
    assert users(portico) == []


def test_cannot_be_stopped_while_nothing_is_shown(portico):
    terminal = Terminal(portico.front, "user", "add", "ana")
    terminal.asks("Password: ", echo=False)

    os.kill(terminal.pid, signal.SIGTSTP)
    terminal.type(GOOD)
    terminal.asks("Password (again): ", echo=False)
    terminal.type(GOOD)

    assert terminal.end() == 0


def test_the_end_of_input_is_no_password(portico):
    terminal = Terminal(portico.front, "user", "add", "ana")
    terminal.asks("Password: ", echo=False)

    os.write(terminal.fd, b"\x04")

    assert terminal.end() == 1
    assert "ended before an answer" in terminal.said
    assert users(portico) == []


def test_createsuperuser_asks_for_everything(portico):
    portico.cli("user", "add", "eva", "--no-password")
    terminal = Terminal(portico.front, "createsuperuser")

    terminal.asks("Username", echo=True)
    terminal.type("eva")
    terminal.wait_for("already exists")
    terminal.asks("Username", echo=True)
    terminal.type("ana")
    terminal.asks("Email address: ", echo=True)
    terminal.type("ana@lab.example")
    for prompt in ("Password: ", "Password (again): "):
        terminal.asks(prompt, echo=False)
        terminal.type(GOOD)

    assert terminal.end() == 0
    assert ["ana", "1", "1", "1", "ana@lab.example"] in users(portico)


# ---- import django, clearsessions, flush ----

DJANGO = """
CREATE TABLE auth_user (id INT PRIMARY KEY, password VARCHAR(128), last_login DATETIME(6) NULL, is_superuser BOOL NOT NULL,
  username VARCHAR(150) UNIQUE, first_name VARCHAR(30), last_name VARCHAR(30), email VARCHAR(254), is_staff BOOL NOT NULL,
  is_active BOOL NOT NULL, date_joined DATETIME(6) NOT NULL) DEFAULT CHARSET=utf8mb4;
CREATE TABLE auth_group (id INT PRIMARY KEY, name VARCHAR(80) UNIQUE) DEFAULT CHARSET=utf8mb4;
CREATE TABLE auth_user_groups (id INT PRIMARY KEY, user_id INT, group_id INT);
CREATE TABLE django_content_type (id INT PRIMARY KEY, app_label VARCHAR(100), model VARCHAR(100));
CREATE TABLE auth_permission (id INT PRIMARY KEY, name VARCHAR(255), content_type_id INT, codename VARCHAR(100));
CREATE TABLE auth_user_user_permissions (id INT PRIMARY KEY, user_id INT, permission_id INT);
CREATE TABLE auth_group_permissions (id INT PRIMARY KEY, group_id INT, permission_id INT);
CREATE TABLE authtoken_token (`key` VARCHAR(40) PRIMARY KEY, created DATETIME(6), user_id INT UNIQUE);
INSERT INTO django_content_type VALUES (1, 'auth', 'user'), (2, 'boilerplate', 'post');
INSERT INTO auth_permission VALUES (1, '', 1, 'change_user'), (2, '', 1, 'add_user'), (3, '', 2, 'add_post');
INSERT INTO auth_group VALUES (3, 'keepers'), (4, 'none');
INSERT INTO auth_group_permissions VALUES (1, 3, 1), (2, 3, 3);
INSERT INTO auth_user VALUES
  (41, '{hash}', '2018-06-22 09:05:00', 1, 'olga', 'Ольга', 'Л', 'olga@example.org', 1, 1, '2018-01-02 03:04:05.000006'),
  (42, '!abc', NULL, 0, 'änne', '', '', '', 0, 1, '2018-01-02'),
  (43, 'sha1$salt$0123', NULL, 0, 'bob', '', '', '', 0, 0, '2018-01-02'),
  (44, '', NULL, 0, 'bad name', '', '', '', 0, 1, '2018-01-02'),
  (45, '', NULL, 0, 'Ana', '', '', '', 0, 1, '2018-01-02');
INSERT INTO auth_user_groups VALUES (1, 41, 3), (2, 41, 4), (3, 43, 4);
INSERT INTO auth_user_user_permissions VALUES (1, 43, 2);
INSERT INTO authtoken_token VALUES ('{token}', '2018-01-02', 41);
"""


@pytest.fixture
def django(portico):
    import base64
    import hashlib

    key = hashlib.pbkdf2_hmac("sha256", b"old horse 1", b"a1B2c3D4e5F6", 1000)
    words = {"hash": f"pbkdf2_sha256$1000$a1B2c3D4e5F6${base64.b64encode(key).decode()}", "token": "0123456789" * 4}
    world = portico.front.world
    world.database.sql("DROP DATABASE IF EXISTS old_django; CREATE DATABASE old_django; GRANT SELECT ON old_django.* TO portico@localhost")
    world.database.sql(DJANGO.format(**words), "old_django")
    yield words
    world.database.sql("DROP DATABASE old_django")


def test_a_django_installation_is_taken_over_with_its_hashes(portico, django):
    portico.cli("user", "add", "ana", "--no-password")

    said = refusal(portico, "import", "django", "--database", "old_django")

    assert 'user 44 "bad name" was not taken: its name may not be stored here' in said
    assert 'user "bob" needs a new password: its hash (sha1) cannot be checked here' in said
    assert "needs a new password" not in said.replace('user "bob" needs', "")
    assert 'group "keepers": there is no permission boilerplate.add_post here' in said
    assert portico.sql(
        "SELECT id, username, superuser, staff, active, email, first_name, joined_at, last_login_at FROM account_user"
        " WHERE username IN ('olga', 'bob') ORDER BY id"
    ) == [
        ["41", "olga", "1", "1", "1", "olga@example.org", "Ольга", "2018-01-02 03:04:05.000006", "2018-06-22 09:05:00.000000"],
        ["43", "bob", "0", "0", "0", "", "", "2018-01-02 00:00:00.000000", None],
    ]
    assert portico.sql(
        "SELECT u.username, g.name FROM account_membership m JOIN account_user u ON u.id = m.user_id"
        " JOIN account_group g ON g.id = m.group_id ORDER BY 1, 2"
    ) == [["bob", "none"], ["olga", "keepers"], ["olga", "none"]]
    assert portico.sql("SELECT permission FROM account_group_permission") == [["accounts.user.change"]]
    assert portico.sql("SELECT user_id, permission FROM account_user_permission") == [["43", "accounts.user.add"]]
    assert portico.client().login("olga", "old horse 1").status_code == 200
    assert portico.sql("SELECT LEFT(password_hash, 9) FROM account_user WHERE username = 'olga'") == [["$argon2id"]]
    assert portico.client(token=django["token"]).get("/api/users/").status_code == 200


# what Django's other hashers make of "correct horse" (argon2-cffi, bcrypt, hashlib)
OTHER_HASHES = {
    "carla": "argon2$argon2i$v=19$m=512,t=2,p=2$c2Vhc2FsdHNlYXNhbHQxNg$Tg7k5xebhTig4fVGsApj6g",
    "dora": "argon2$argon2id$v=19$m=1024,t=2,p=8$c2Vhc2FsdHNlYXNhbHQxNg$5Js/9Ogerwy9J3eE6xwDiJrojd6oI60qCTXLmpaodSk",
    "emil": "bcrypt_sha256$$2b$04$/gZYxyc1pp5bluXWCC5RL.GW5yI9ganAV3YSS8EjYARejvvewcEba",
    "fritz": "bcrypt$$2b$04$25MQq7ho.Ti5OQtCh5DA8O6dxdzpzfMCz0ReBQnnqd/urAEAnoOzm",
    "gerd": "pbkdf2_sha1$1000$seasalt$iQvkNOF1wEL4Khh8eogJ8rUhipM=",
}


def test_every_kind_of_hash_that_django_checks_lets_its_user_in(portico, django):
    world = portico.front.world
    for number, (name, password) in enumerate(OTHER_HASHES.items(), 50):
        world.database.sql(f"INSERT INTO auth_user VALUES ({number}, '{password}', NULL, 0, '{name}', '', '', '', 0, 1, '2018-01-02')", "old_django")
    world.database.sql("INSERT INTO auth_user VALUES (60, 'bcrypt$$2b$12$cut', NULL, 0, 'hans', '', '', '', 0, 1, '2018-01-02')", "old_django")
    world.database.sql("DELETE FROM auth_user WHERE id = 44", "old_django")

    said = portico.cli("import", "django", "--database", "old_django")

    assert "passwords    2 that must be set anew" in said  # bob's and hans'
    for name in OTHER_HASHES:
        assert portico.client().login(name, "correct horsE").status_code == 401
        assert portico.client().login(name, "correct horse").status_code == 200, name
    assert portico.client().login("hans", "correct horse").status_code == 401
    renewed = portico.sql("SELECT COUNT(*) FROM account_user WHERE password_hash LIKE '$argon2id$%'")
    assert renewed == [[str(len(OTHER_HASHES))]]


def test_importing_again_changes_nothing(portico, django):
    portico.cli("user", "add", "ana", "--no-password")
    portico.front.world.database.sql("DELETE FROM auth_user WHERE id = 44", "old_django")
    portico.cli("import", "django", "--database", "old_django")
    before = portico.sql("SELECT * FROM account_user ORDER BY id")

    said = portico.cli("import", "django", "--database", "old_django")

    assert "users        0 new, 4 here already, 0 refused" in said
    assert portico.sql("SELECT * FROM account_user ORDER BY id") == before


def test_the_plan_of_an_import_writes_nothing(portico, django):
    portico.front.world.database.sql("DELETE FROM auth_user WHERE id = 44", "old_django")

    said = portico.cli("import", "django", "--database", "old_django", "--plan")

    assert "Nothing was written" in said
    assert "users        4 new, 0 here already, 0 refused" in said
    assert "groups       2 new" in said
    assert "tokens       1" in said
    assert users(portico) == []
    assert portico.sql("SELECT * FROM account_group") == []


def test_an_import_from_what_is_no_django_database_is_refused(portico):
    assert "no database of Django's" in refusal(portico, "import", "django", "--database", "information_schema")
    refusal(portico, "import", "django", "--database", "no_such_database")


def test_expired_sessions_are_cleared_and_others_stay(portico):
    portico.user("ana")
    portico.user("bob")
    portico.sql(
        "UPDATE account_session SET created_at = '2026-01-01', expires_at = '2026-01-02'"
        " WHERE user_id = (SELECT id FROM account_user WHERE username = 'ana')"
    )

    assert "Removed 1 expired" in portico.cli("clearsessions")
    assert portico.sql("SELECT COUNT(*) FROM account_session") == [["1"]]


def test_a_password_is_changed_by_djangos_command(portico, words):
    portico.cli("user", "add", "ana", "--no-password")

    said = portico.cli("changepassword", "ana", "--password-file", words(GOOD))

    assert "Password changed successfully for user 'ana'" in said
    assert portico.client().login("ana", GOOD).status_code == 200


def test_the_database_is_emptied_only_when_its_name_is_typed_in(portico):
    portico.cli("user", "add", "ana", "--no-password")

    assert "nothing was done" in refusal(portico, "flush", "--database", "another")
    assert len(users(portico)) == 1
    portico.cli("flush", text=f"{portico.front.database}\n")

    assert users(portico) == []
    assert portico.sql("SELECT COUNT(*) > 0 FROM facility_image") == [["1"]]


def test_without_a_command_all_are_listed_by_app(portico):
    listed = portico.cli("help")

    assert listed in refusal(portico)
    groups = re.findall(r"^\[(\w+)\]$", listed, re.MULTILINE)
    assert groups == ["portico", "accounts", "facility", "chatbot", "occupancy"]
    assert "  createsuperuser " in listed.split("[accounts]")[1].split("[facility]")[0]
    assert "  migrate " in listed.split("[portico]")[1].split("[accounts]")[0]


def test_the_files_of_the_pages_are_written_as_they_are_served(portico):
    folder = portico.front.world.make_folder("pages", service=True)

    assert portico.cli("collectstatic", str(folder)) == f"6 static files copied to '{folder}'.\n"
    portico.cli("--quiet", "collectstatic", str(folder))  # again, over what is there

    written = sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())
    assert written == ["docs/docs.css", "docs/docs.js", "docs/index.html", "static/admin.css", "static/browse.css", "static/browse.js"]
    for name in written:
        answer = portico.anonymous().get("/api/" + name.replace("index.html", ""), contract=False)
        assert answer.content == (folder / name).read_bytes()
    assert "No such file or directory" in refusal(portico, "collectstatic", "/no/such/folder")


def test_migrations_are_shown_as_djangos_command_shows_them(portico):
    plan = [line.split()[0] for line in (Path(__file__).parents[2] / "sql/sqitch.plan").read_text().splitlines() if line and line[0] not in "%#@"]

    assert portico.cli("showmigrations").splitlines() == [f"[X]  {name}" for name in plan]
    assert portico.cli("showmigrations", "--plan") == portico.cli("showmigrations")
    assert '"--everything" is not expected here' in refusal(portico, "showmigrations", "--everything")
    last = portico.sql("SELECT change_id FROM changes ORDER BY committed_at DESC LIMIT 1")[0][0]
    portico.sql(f"UPDATE changes SET `change` = 'of/tomorrow' WHERE change_id = '{last}'")
    try:
        assert 'is at "of/tomorrow", which this version\'s plan does not know' in refusal(portico, "showmigrations")
    finally:
        portico.sql(f"UPDATE changes SET `change` = '{plan[-1]}' WHERE change_id = '{last}'")


def test_the_database_shell_is_mariadbs_client_on_our_database(portico):
    assert portico.cli("dbshell", text="SELECT DATABASE();\n").split()[-1] == portico.front.database


# ---- fixtures ----


def test_a_fixture_is_written_and_taken_again(portico, django):
    portico.cli("user", "add", "ana", "--no-password")
    portico.front.world.database.sql("DELETE FROM auth_user WHERE id = 44", "old_django")
    portico.cli("import", "django", "--database", "old_django")
    rows = (
        "SELECT id, username, password_hash, email, first_name, superuser, staff, active, joined_at, last_login_at FROM account_user ORDER BY id",
        "SELECT * FROM account_membership ORDER BY 1, 2",
        "SELECT * FROM account_user_permission", "SELECT * FROM account_group_permission", "SELECT * FROM account_group",
    )
    before = [portico.sql(row) for row in rows]

    dumped = portico.cli("dumpdata")
    objects = json.loads(dumped)
    portico.sql("DELETE FROM account_user; DELETE FROM account_group")
    said = portico.cli("loaddata", portico.front.private_file("fixture.json", dumped))

    assert {"model": "auth.group", "pk": 3, "fields": {"name": "keepers", "permissions": [["change_user", "auth", "user"]]}} in objects
    assert "users        4 new, 0 here already, 0 refused" in said
    assert [portico.sql(row) for row in rows] == before


@pytest.mark.parametrize(("fixture", "words"), [
    ("{", "JSON parse error"),
    ('[{"model": "auth.user", "pk": 1, "fields": {}}]', "object 1, username: This field is required."),
    ('[{"model": "auth.user", "pk": 1, "fields": {"username": "a b"}}]', "was not taken"),
    ('[{"pk": 1}]', "model: This field is required."),
])
def test_a_fixture_that_is_wrong_is_refused(portico, fixture, words):
    said = refusal(portico, "loaddata", portico.front.private_file("fixture.json", fixture))

    assert words in said
    assert users(portico) == []


def test_models_that_are_not_known_are_passed_over(portico):
    fixture = '[{"model": "sessions.session", "pk": "x", "fields": {}}, {"model": "auth.user", "fields": {"username": "ana"}}]'

    portico.cli("loaddata", portico.front.private_file("fixture.json", fixture))

    assert [user[0] for user in users(portico)] == ["ana"]
