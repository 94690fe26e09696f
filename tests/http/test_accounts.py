"""test_accounts.py - who one is: sessions, HTTP Basic, tokens, counted failures (accounts-and-conventions.md sections 3 and 11)."""

import concurrent.futures
import hashlib
import base64
import re

import pytest

API = "/api/facility"
WHOAMI = f"{API}/authenticated/"
IMAGES = f"{API}/images/"  # any identity will do; the session is looked at first

# makes no difference to what is tested here, but for what the front server does to headers and cookies
one_front = pytest.mark.one_front


def count(portico, table, where="TRUE"):
    return int(portico.sql(f"SELECT COUNT(*) FROM {table} WHERE {where}")[0][0])


def set_cookie(answer, name):
    """The Set-Cookie line of that name; None when there is none. There is never more than one."""
    lines = [line for line in answer.raw.headers.getlist("Set-Cookie") if line.startswith(name + "=")]
    assert len(lines) <= 1
    return lines[0] if lines else None


def django_hash(password, iterations=36000, salt="a1B2c3D4e5F6"):
    key = hashlib.pbkdf2_hmac("sha256", password.encode(), salt.encode(), iterations)
    return f"pbkdf2_sha256${iterations}${salt}${base64.b64encode(key).decode()}"


# ---- sessions ----


@one_front
def test_a_session_is_stored_as_a_hash_and_ends_after_fourteen_days(portico):
    ana = portico.user("ana")
    key = ana.cookies["sessionid"]

    assert re.fullmatch("[a-z0-9]{32}", key)
    rows = portico.sql(
        "SELECT LENGTH(token_hash), INSTR(token_hash, '%s'), TIMESTAMPDIFF(SECOND, created_at, expires_at), address"
        "  FROM account_session" % key
    )
    assert rows == [["32", "0", "1209600", "127.0.0.1"]]


@one_front
def test_a_request_does_not_prolong_the_session(portico):
    ana = portico.user("ana")
    rows = "SELECT id, HEX(token_hash), created_at, expires_at FROM account_session"
    before = portico.sql(rows)

    answer = ana.get(WHOAMI)

    assert answer.status_code == 200
    assert set_cookie(answer, "sessionid") is None
    assert portico.sql(rows) == before


def test_an_expired_session_is_nobody_and_its_cookie_is_taken_back(portico):
    ana = portico.user("ana")
    portico.sql("UPDATE account_session SET created_at = '2026-01-01', expires_at = '2026-01-02'")

    answer = ana.get(IMAGES)

    assert answer.status_code == 403
    assert answer.json()["detail"] == "Authentication credentials were not provided."
    assert "Max-Age=0" in set_cookie(answer, "sessionid")
    assert "sessionid" not in ana.cookies


@one_front
@pytest.mark.parametrize("key", ["a" * 32, "A" * 32, "x", "' OR 1=1 --", "%00", "a" * 5000])
def test_a_cookie_that_was_made_up_is_nobody(portico, key):
    portico.user("ana")

    answer = portico.anonymous().get(WHOAMI, headers={"Cookie": f"sessionid={key}"})

    assert answer.status_code == 401


def test_a_login_does_not_take_over_a_planted_session(portico):
    ana = portico.user("ana", login=False)
    ana.cookies.set("sessionid", "0" * 32, domain="127.0.0.1", path="/")

    answer = ana.login()

    assert answer.status_code == 200
    key = set_cookie(answer, "sessionid").split("=")[1].split(";")[0]
    assert key != "0" * 32
    assert portico.anonymous().get(WHOAMI, headers={"Cookie": "sessionid=" + "0" * 32}).status_code == 401
    assert portico.anonymous().get(WHOAMI, headers={"Cookie": "sessionid=" + key}).status_code == 200


@one_front
def test_a_new_login_ends_the_session_before_it(portico):
    ana = portico.user("ana")
    old, csrf = ana.cookies["sessionid"], ana.cookies["csrftoken"]

    assert ana.login().status_code == 200

    assert ana.cookies["sessionid"] != old
    assert ana.cookies["csrftoken"] != csrf
    assert count(portico, "account_session") == 1
    assert portico.anonymous().get(WHOAMI, headers={"Cookie": f"sessionid={old}"}).status_code == 401


@one_front
def test_two_browsers_have_two_sessions(portico):
    ana = portico.user("ana")
    other = portico.client()

    assert other.login("ana", ana.password).status_code == 200
    assert ana.get(f"{API}/logout/").status_code == 200

    assert other.get(WHOAMI).status_code == 200
    assert ana.get(WHOAMI).status_code == 401


def test_logout_ends_the_session_and_deletes_the_cookie(portico):
    ana = portico.user("ana")
    key = ana.cookies["sessionid"]

    answer = ana.get(f"{API}/logout/")

    assert answer.json() == "Logout OK"
    assert "Max-Age=0" in set_cookie(answer, "sessionid")
    assert count(portico, "account_session") == 0
    assert portico.anonymous().get(WHOAMI, headers={"Cookie": f"sessionid={key}"}).status_code == 401
    assert portico.anonymous().get(f"{API}/logout/").json() == "Logout OK"


@one_front
def test_a_deactivated_user_is_out_at_once(portico):
    ana = portico.user("ana")
    token = portico.cli("user", "token", "ana").strip()
    portico.cli("user", "deactivate", "ana")

    assert ana.get(WHOAMI).status_code == 401
    basic = portico.client(basic=("ana", ana.password)).get(IMAGES)
    assert (basic.status_code, basic.json()["detail"]) == (403, "Invalid username/password.")
    by_token = portico.client(token=token).get(IMAGES)
    assert (by_token.status_code, by_token.json()["detail"]) == (403, "User inactive or deleted.")
    assert portico.client().login("ana", ana.password).status_code == 401

    portico.cli("user", "activate", "ana")
    assert portico.client().login("ana", ana.password).status_code == 200


@one_front
def test_a_removed_user_is_out_at_once(portico):
    ana = portico.user("ana")
    portico.cli("user", "remove", "ana")

    assert ana.get(WHOAMI).status_code == 401
    assert portico.client(basic=("ana", ana.password)).get(IMAGES).status_code == 403


@one_front
def test_a_login_is_noted_and_basic_is_not(portico):
    ana = portico.user("ana", login=False)

    assert portico.client(basic=("ana", ana.password)).get(IMAGES).status_code == 200
    assert portico.sql("SELECT last_login_at FROM account_user") == [[None]]
    assert ana.login().status_code == 200
    assert portico.sql("SELECT last_login_at IS NULL FROM account_user") == [["0"]]


# ---- passwords ----


@one_front
def test_a_hash_of_django_is_renewed_at_the_first_login(portico):
    portico.cli("user", "add", "ana", "--no-password")
    portico.sql(f"UPDATE account_user SET password_hash = '{django_hash('correct horse')}'")

    assert portico.client().login("ana", "wrong horse").status_code == 401
    assert portico.sql("SELECT password_hash FROM account_user")[0][0].startswith("pbkdf2_sha256$36000$")
    assert portico.client().login("ana", "correct horse").status_code == 200
    assert portico.sql("SELECT password_hash FROM account_user")[0][0].startswith("$argon2id$")
    assert portico.client().login("ana", "correct horse").status_code == 200


@one_front
def test_an_account_without_a_password_has_none_that_is_right(portico):
    portico.cli("user", "add", "ana", "--no-password")

    for password in ("!", "", "None"):
        assert portico.client().login("ana", password).status_code in (400, 401)


@one_front
def test_the_name_is_found_in_any_case_and_answers_as_it_is_stored(portico):
    ana = portico.user("ana", login=False)

    assert ana.login("ANA").status_code == 200
    assert ana.get(WHOAMI).json()["username"] == "ana"
    assert ana.get(f"{API}/users/ana/").status_code == 200
    assert ana.get(f"{API}/users/ANA/").status_code in (403, 404)


@one_front
def test_passwords_kept_here_do_not_count_when_the_setting_says_so(portico):
    ana = portico.user("ana", login=False)

    with portico.settings("accounts", local_passwords="no"):
        assert ana.login().status_code == 401
    assert ana.login().status_code == 200


# ---- HTTP Basic and tokens ----


def test_basic_credentials_open_what_a_session_opens(portico):
    ana = portico.user("ana", login=False)
    caller = portico.client(basic=("ana", ana.password))

    for _ in range(3):
        answer = caller.get(f"{API}/users/ana/")
        assert (answer.status_code, answer.json()["user"]["username"]) == (200, "ana")
    assert set_cookie(answer, "sessionid") is None
    assert count(portico, "account_session") == 0


@one_front
def test_wrong_basic_credentials_are_told_in_the_way_of_the_route(portico):
    portico.user("ana", login=False)
    stranger = portico.client(basic=("ana", "not it"))

    session_first = stranger.get(IMAGES)
    assert (session_first.status_code, session_first.json()["detail"]) == (403, "Invalid username/password.")
    assert "WWW-Authenticate" not in session_first.headers
    basic_first = stranger.get(f"{API}/settings/")
    assert (basic_first.status_code, basic_first.json()["detail"]) == (401, "Invalid username/password.")
    assert basic_first.headers["WWW-Authenticate"] == 'Basic realm="api"'


@one_front
def test_a_remembered_password_ends_with_its_change(portico):
    ana = portico.user("ana", login=False)
    caller = portico.client(basic=("ana", ana.password))
    assert caller.get(IMAGES).status_code == 200

    path = portico.front.private_file("password", "Vogel-im-Wind 42")
    portico.cli("user", "passwd", "ana", "--password-file", path)

    for _ in range(12):  # whichever worker it meets
        assert caller.get(IMAGES).status_code in (403, 429)
    assert count(portico, "account_session") == 0


def test_a_token_is_shown_once_and_opens_what_a_session_opens(portico):
    portico.user("ana", login=False)
    token = portico.cli("user", "token", "ana").strip()

    assert re.fullmatch("[0-9a-f]{40}", token)
    assert portico.client(token=token).get(f"{API}/users/ana/").status_code == 200
    caller = portico.anonymous()
    for word in ("token", "TOKEN", "Token"):
        assert caller.get(IMAGES, headers={"Authorization": f"{word} {token}"}).status_code == 200
    assert portico.sql(f"SELECT LENGTH(token_hash), INSTR(token_hash, '{token}') FROM account_token") == [["32", "0"]]


@one_front
def test_a_token_that_is_none_is_refused(portico):
    portico.user("ana", login=False)
    old = portico.cli("user", "token", "ana").strip()
    new = portico.cli("user", "token", "ana").strip()

    for wrong in (old, new.upper() if new.upper() != new else "0" * 40, new[:-1], new + "0", "0" * 40, "x"):
        answer = portico.client(token=wrong).get(IMAGES)
        assert (answer.status_code, answer.json()["detail"]) == (403, "Invalid token."), wrong
    bearer = portico.anonymous().get(IMAGES, headers={"Authorization": f"Bearer {new}"})
    assert bearer.json()["detail"] == "Authentication credentials were not provided."
    assert portico.client(token=new).get(IMAGES).status_code == 200
    portico.cli("user", "token", "ana", "--revoke")
    assert portico.client(token=new).get(IMAGES).status_code == 403


# ---- counted failures ----


def test_the_eleventh_wrong_password_is_told_to_wait(portico):
    ana = portico.user("ana", login=False)
    eva = portico.user("eva", login=False)

    for _ in range(10):
        assert ana.login(password="not it").status_code == 401
    refused = ana.login(password="not it")
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 900
    assert refused.json()["detail"] == f"Request was throttled. Expected available in {refused.headers['Retry-After']} seconds."
    assert refused.json()["code"] == "web.throttled"
    # the right password tells nothing either, by no way in
    assert ana.login().status_code == 429
    assert portico.client(basic=("ana", ana.password)).get(IMAGES).status_code == 429
    assert portico.client(basic=("ANA", "not it")).get(IMAGES).status_code == 429
    # others are not held up
    assert eva.login().status_code == 200


@one_front
def test_wrong_basic_credentials_are_counted_with_those_of_the_form(portico):
    ana = portico.user("ana", login=False)
    stranger = portico.client(basic=("ana", "not it"))

    for _ in range(5):
        assert stranger.get(IMAGES).status_code == 403
        assert ana.login(password="not it").status_code == 401
    assert stranger.get(IMAGES).status_code == 429
    assert ana.login().status_code == 429


@one_front
def test_a_session_goes_on_while_its_account_is_throttled(portico):
    ana = portico.user("ana")

    for _ in range(11):
        portico.client().login("ana", "not it")
    assert portico.client().login("ana", ana.password).status_code == 429
    assert ana.get(WHOAMI).status_code == 200


@one_front
def test_a_success_forgets_the_failures_before_it(portico):
    ana = portico.user("ana", login=False)

    for _ in range(3):
        for _ in range(9):
            assert portico.client().login("ana", "not it").status_code == 401
        assert portico.client().login("ana", ana.password).status_code == 200


@one_front
def test_a_limit_outlives_the_workers(portico):
    ana = portico.user("ana", login=False)
    for _ in range(10):
        assert ana.login(password="not it").status_code == 401

    portico.front.restart_pool()
    portico.front.wait_ready()

    assert ana.login().status_code == 429


@one_front
def test_a_limit_ends_by_itself(portico, eventually):
    ana = portico.user("ana", login=False)

    with portico.settings("accounts", argon2_passes=1, argon2_memory="8M", login_attempts=2, lockout_s=2):
        assert [ana.login(password="not it").status_code for _ in range(3)] == [401, 401, 429]
        eventually(lambda: ana.login().status_code == 200, "the end of the lockout", 10)


def test_of_fifty_parallel_guesses_ten_are_answered(portico):
    portico.user("ana", login=False)

    def guess(_):
        return portico.anonymous().login("ana", "not it").status_code

    with concurrent.futures.ThreadPoolExecutor(50) as threads:
        answers = list(threads.map(guess, range(50)))

    assert sorted(set(answers)) == [401, 429]
    assert answers.count(401) == 10
    # every guess that was looked at was counted: for the pair, the account and the address alike
    counted = portico.sql("SELECT DISTINCT failures FROM account_throttle")
    assert len(counted) == 1
    assert 10 <= int(counted[0][0]) <= 50


@one_front
def test_parallel_logins_with_the_right_password_all_succeed(portico):
    ana = portico.user("ana", login=False)

    def login(_):
        return portico.anonymous().login("ana", ana.password).status_code

    with concurrent.futures.ThreadPoolExecutor(20) as threads:
        assert set(threads.map(login, range(20))) == {200}
    assert count(portico, "account_session") == 20


@one_front
def test_an_unknown_name_is_answered_and_counted_like_a_known_one(portico):
    ana = portico.user("ana", login=False)
    nobody = portico.client()

    known, unknown = ana.login(password="not it"), nobody.login("nobody", "not it")
    assert (known.status_code, known.json()) == (unknown.status_code, unknown.json()) == (401, "Unable to authenticate")
    for _ in range(9):
        assert nobody.login("nobody", "not it").status_code == 401
    assert nobody.login("nobody", "not it").status_code == 429
    assert count(portico, "account_user") == 1


@one_front
def test_the_daemon_sweeps_what_has_expired(portico, daemon, eventually):
    portico.user("ana")
    portico.client().login("ana", "not it")
    portico.sql("UPDATE account_session SET created_at = '2026-01-01', expires_at = '2026-01-02'")
    portico.sql("UPDATE account_throttle SET expires_at = '2026-01-02'")

    daemon.restart()  # the schedule runs at its start

    eventually(lambda: count(portico, "account_session") == 0 and count(portico, "account_throttle") == 0, "the sweep")
