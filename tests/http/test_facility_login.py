"""test_facility_login.py - logging in and out as the old client does it (facility.md sections 3.3 and 4)."""

import pytest

API = "/api/facility"


def cookie(answer, name):
    return next((c for c in answer.cookies if c.name == name), None)


def raw_cookies(answer):
    return answer.raw.headers.getlist("Set-Cookie")


def test_the_clients_first_journey(portico):
    ana = portico.user("ana", login=False)

    assert ana.get(f"{API}/settings/").json() == {"local_auth": True}
    assert ana.get(f"{API}/logout/").json() == "Logout OK"
    login = ana.login()
    assert (login.status_code, login.json()) == (200, "Login OK")
    me = ana.get(f"{API}/users/ana/").json()
    assert list(me) == ["id", "calipso_uid", "user_id", "user"]
    assert me["user"]["username"] == "ana"
    assert me["user"]["is_superuser"] is False
    assert "Z" not in me["user"]["last_login"]
    assert ana.get(f"{API}/authenticated/").json() == {"username": "ana", "authenticated": "true"}
    assert ana.get(f"{API}/logout/").json() == "Logout OK"
    gone = ana.get(f"{API}/authenticated/")
    assert (gone.status_code, gone.json()) == (401, {"authenticated": "false"})


def test_cookies_have_the_attributes_that_clients_and_browsers_rely_on(portico):
    ana = portico.user("ana", login=False)

    cookies = {c.split("=")[0]: c for c in raw_cookies(ana.login())}

    session, csrf = cookies["sessionid"], cookies["csrftoken"]
    assert len(session.split("=")[1].split(";")[0]) == 32
    assert len(csrf.split("=")[1].split(";")[0]) == 64
    for part in ("Max-Age=1209600", "Path=/", "SameSite=Lax", "HttpOnly"):
        assert part in session
    assert "HttpOnly" not in csrf
    assert "Max-Age=31449600" in csrf


@pytest.mark.parametrize("body", [
    {}, {"username": "ana"}, {"password": "x"}, "just text", ["ana", "x"], None, {"username": None, "password": "x"},
    {"username": {"a": 1}, "password": "x"},
])
@pytest.mark.one_front
def test_a_login_without_its_words_is_refused(portico, body):
    answer = portico.anonymous().post(f"{API}/login/", json=body)

    assert (answer.status_code, answer.json()) == (400, "Expected 'username' and 'password'")
    assert cookie(answer, "sessionid") is None


@pytest.mark.one_front
def test_a_body_that_is_no_json_is_the_same_refusal(portico):
    for body, kind in ((b'{"username":"a"b","password":"x"}', "application/json"), (b"", "application/json"), (b"x", "text/plain")):
        answer = portico.anonymous().post(f"{API}/login/", data=body, headers={"Content-Type": kind})
        assert (answer.status_code, answer.json()) == (400, "Expected 'username' and 'password'")


def test_a_login_by_form_is_taken_as_well(portico):
    ana = portico.user("ana", login=False)

    answer = ana.post(f"{API}/login/", data={"username": "ana", "password": ana.password})

    assert (answer.status_code, answer.json()) == (200, "Login OK")


@pytest.mark.one_front
def test_a_wrong_password_begins_no_session(portico):
    ana = portico.user("ana", login=False)

    answer = ana.login(password="not it")

    assert (answer.status_code, answer.json()) == (401, "Unable to authenticate")
    assert cookie(answer, "sessionid") is None
    assert portico.sql("SELECT COUNT(*) FROM account_session")[0][0] in (0, "0")


@pytest.mark.one_front
def test_an_inactive_account_cannot_log_in(portico):
    ana = portico.user("ana", login=False)
    portico.cli("user", "deactivate", "ana")

    assert ana.login().status_code == 401


@pytest.mark.one_front
def test_a_second_login_without_the_csrf_token_is_refused(portico):
    ana = portico.user("ana")

    answer = ana.post(f"{API}/login/", json={"username": "ana", "password": ana.password}, csrf=False)

    assert answer.status_code == 403
    assert answer.json()["detail"].startswith("CSRF Failed: ")


def test_other_sites_cannot_log_a_user_out(portico):
    ana = portico.user("ana")

    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"},
        {"Origin": "https://evil.example"},
        {"Referer": "https://evil.example/page"},
    ):
        assert ana.get(f"{API}/logout/", headers=headers).status_code == 403, headers
    assert ana.get(f"{API}/authenticated/").status_code == 200
    assert ana.post(f"{API}/logout/", csrf=False).status_code == 403
    assert ana.post(f"{API}/logout/").json() == "Logout OK"
    assert ana.get(f"{API}/authenticated/").status_code == 401


def test_other_sites_cannot_log_a_user_in(portico):
    ana = portico.user("ana", login=False)
    form = {"username": "ana", "password": ana.password}

    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
        answer = portico.anonymous().post(f"{API}/login/", data=form, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "web.cross_site"), headers
        assert cookie(answer, "sessionid") is None
    same = {"Origin": portico.url, "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate"}
    assert portico.anonymous().post(f"{API}/login/", data=form, headers=same).json() == "Login OK"


@pytest.mark.one_front
def test_everything_else_asks_who_is_there(portico):
    nobody = portico.anonymous()

    for path in ("/users/", "/users/ana/", "/users/ana/experiments/", "/images/", "/resource/list/ana/", "/resources/"):
        answer = nobody.get(API + path)
        assert answer.status_code == 403, path
        assert answer.json()["detail"] == "Authentication credentials were not provided."


# ---- the user office ----


def test_an_account_of_the_user_office_logs_in_and_is_made(portico, office):
    office.user("eva", "secret")
    eva = portico.client()
    eva.username, eva.password = "eva", "secret"

    assert eva.login().json() == "Login OK"

    assert eva.get(f"{API}/users/eva/").json()["user"]["username"] == "eva"
    assert [c["body"] for c in office.calls() if "login" in c["path"]][-1] == {"username": "eva", "password": "secret"}


@pytest.mark.one_front
def test_a_wrong_password_at_the_user_office_makes_no_account(portico, office):
    office.user("eva", "secret")

    assert portico.anonymous().login("eva", "wrong").status_code == 401
    assert portico.anonymous().login("../etc", "secret").status_code == 401
    assert portico.sql("SELECT username FROM account_user WHERE username = 'eva'") == []


@pytest.mark.parametrize("mode", ["hang", "cut", "429", "500"])
@pytest.mark.one_front
def test_a_user_office_in_trouble_is_not_a_wrong_password(portico, office, mode):
    office.user("eva", "secret")
    office.behave(mode)

    answer = portico.anonymous().login("eva", "secret")

    assert answer.status_code == 503
    assert answer.json()["code"] == "facility.useroffice.away"
    office.behave("ok")


@pytest.mark.one_front
def test_basic_credentials_of_the_user_office_make_no_account(portico, office):
    office.user("eva", "secret")

    answer = portico.client(basic=("eva", "secret")).get(f"{API}/images/")

    assert answer.status_code == 403
    assert portico.sql("SELECT username FROM account_user WHERE username = 'eva'") == []


@pytest.mark.one_front
def test_login_type_never_asks_the_office_for_nobody(portico, office):
    assert portico.anonymous().get(f"{API}/login/type/").json() == {"result": False}
    assert office.calls() == []
    assert isinstance(portico.user("ana").get(f"{API}/login/type/").json()["result"], bool)
