"""test_idempotency.py - Idempotency-Key over the whole program: repeated, at once, by others, after restarts and deaths."""

import concurrent.futures
import os
import signal
import threading

import pytest

API = "/api/facility"
CHAT = "/api/v1/chatbot/"
LINK = {"image": "https://example.org/", "resource_type": "static link", "protocol": ""}


def key(text):
    return {"Idempotency-Key": text}


def replayed(answer):
    return answer.headers.get("Idempotent-Replayed") == "true"


def test_a_repeated_change_is_made_once(portico):
    root = portico.admin()

    first = root.post(f"{API}/images/site/", json=LINK, headers=key("add"))
    again = root.post(f"{API}/images/site/", json=LINK, headers=key("add"))
    without = root.post(f"{API}/images/site/", json=LINK)

    assert (first.status_code, again.status_code, without.status_code) == (201, 201, 409)
    assert (replayed(first), replayed(again)) == (False, True)
    assert (again.content, again.headers.get("Content-Type")) == (first.content, first.headers.get("Content-Type"))
    gone = root.delete(f"{API}/images/site/", headers=key("drop"))
    gone_again = root.delete(f"{API}/images/site/", headers=key("drop"))
    assert (gone.status_code, gone_again.status_code, replayed(gone_again)) == (204, 204, True)
    assert root.delete(f"{API}/images/site/").status_code == 404


@pytest.mark.one_front
def test_what_the_first_request_made_does_not_refuse_its_repetition(portico):
    root = portico.admin()

    for path, body, status in (
        ("/api/users/", {"username": "ana"}, 201), ("/api/groups/", {"name": "ants"}, 201), ("/api/groups/", {"name": ""}, 400),
    ):
        answers = [root.post(path, json=body, headers=key(f"{path}{status}")) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [status, status]
        assert [replayed(answer) for answer in answers] == [False, status == 201]
        assert status != 201 or answers[0].content == answers[1].content
    taken = root.post("/api/groups/", json={"name": "Ants"}, headers=key("new"))
    assert (taken.status_code, taken.json()["errors"]) == (400, {"name": ["group with this name already exists."]})
    assert root.post("/api/groups/", json={"name": "bees"}, headers=key("new")).status_code == 201  # a corrected one is another try


@pytest.mark.one_front
def test_keys_do_not_get_around_the_limit_of_signing_up(portico):
    portico.admin()

    with portico.settings("accounts", policy="open-registration", signups_an_hour=3):
        statuses = [portico.anonymous().post("/api/users/", json={"username": "root"}, headers=key(f"k{n}")).status_code for n in range(5)]

    assert statuses == [400, 400, 400, 429, 429]


@pytest.mark.one_front
def test_a_key_of_another_request_is_refused(portico):
    root = portico.admin()
    root.post(f"{API}/images/one/", json=LINK, headers=key("k"))

    for method, path, body in (
        ("POST", "one", {**LINK, "image": "https://example.org/other"}), ("POST", "two", LINK), ("PUT", "one", LINK), ("DELETE", "one", None),
    ):
        answer = root.request(method, f"{API}/images/{path}/", json=body, headers=key("k"))
        assert (answer.status_code, answer.json()["code"]) == (422, "web.key.reused"), (method, path)
    assert root.get(f"{API}/images/two/").status_code == 404


@pytest.mark.one_front
def test_callers_do_not_share_keys(portico):
    ana, bob = portico.user("ana"), portico.user("bob")
    body = {"content": ["hello"], "timestamp": "2026-01-01T10:00:00Z"}

    for caller in (ana, bob):
        answer = caller.post(CHAT, json={**body, "userid": caller.username}, headers=key("1"))
        assert (answer.status_code, replayed(answer)) == (201, False)
    token = portico.cli("user", "token", "ana").split()[-1]
    program = portico.client(token=token)
    assert replayed(program.post(CHAT, json={**body, "userid": "ana"}, headers=key("1")))  # the same user by another way


@pytest.mark.one_front
def test_refused_requests_can_be_corrected_under_their_key(portico):
    root = portico.admin()

    assert root.post(f"{API}/images/x/", json={"resource_type": "static link", "image": "no address"}, headers=key("k")).status_code == 400
    assert portico.anonymous().post(f"{API}/images/x/", json=LINK, headers=key("k")).status_code == 403
    assert root.post(f"{API}/images/x/", json=LINK, headers=key("k")).status_code == 201
    bad = root.post(f"{API}/images/y/", json=LINK, headers=key("ä".encode()))
    assert (bad.status_code, bad.json()["code"]) == (400, "web.key.malformed")


@pytest.mark.one_front
def test_logins_are_never_repeated_from_memory(portico):
    portico.user("ana", password="a long pass phrase", login=False)
    browser = portico.anonymous()
    body = {"username": "ana", "password": "a long pass phrase"}

    for _ in range(2):
        answer = browser.post(f"{API}/login/", json=body, headers=key("login"), csrf=True)
        assert answer.status_code == 200
        assert "sessionid" in answer.cookies
        browser.cookies.clear()
    assert portico.sql("SELECT COUNT(*) FROM web_idempotency") == [["0"]]


@pytest.mark.one_front
@pytest.mark.parametrize("route", ["steps", "whole"])
def test_twenty_at_once_have_one_effect(portico, route):
    ana, root = portico.user("ana"), portico.admin()
    gate = threading.Barrier(20)
    experiment = None
    if route == "whole":
        portico.experiment("E1", users=[ana])
        experiment = ana.get(f"{API}/users/ana/experiments/").json()["results"][0]["id"]
    cookies = {client: client.cookies.get_dict() for client in (ana, root)}

    def ask(_):
        caller = portico.anonymous()
        caller.cookies.update(cookies[ana if route == "whole" else root])
        gate.wait()
        if route == "whole":
            return caller.put(f"{API}/favorite/{experiment}/", json={"favorite": "1"}, headers=key("race"))
        return caller.post(f"{API}/images/site/", json=LINK, headers=key("race"))

    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(ask, range(20)))

    good = 200 if route == "whole" else 201
    statuses = [a.status_code for a in answers]
    assert set(statuses) <= {good, 409}
    served = [a for a in answers if a.status_code == good]
    assert sum(not replayed(a) for a in served) == 1
    assert len({a.content for a in served}) == 1
    assert {a.json()["code"] for a in answers if a.status_code == 409} <= {"web.key.in_flight"}
    if route == "steps":
        assert portico.sql("SELECT COUNT(*) FROM account_audit WHERE action = 'add' AND object_kind = 'image'") == [["1"]]
    late = ask_again = ana.put if route == "whole" else root.post
    path, body = (f"{API}/favorite/{experiment}/", {"favorite": "1"}) if route == "whole" else (f"{API}/images/site/", LINK)
    late = ask_again(path, json=body, headers=key("race"))
    assert (late.status_code, replayed(late), late.content) == (good, True, served[0].content)


@pytest.mark.one_front
def test_keys_survive_restarts(portico):
    root = portico.admin()
    first = root.post(f"{API}/images/site/", json=LINK, headers=key("k"))

    portico.front.restart_pool()
    portico.front.wait_ready()
    again = root.post(f"{API}/images/site/", json=LINK, headers=key("k"))

    assert (again.status_code, replayed(again), again.content) == (201, True, first.content)


@pytest.mark.one_front
def test_a_worker_killed_in_the_middle_leaves_no_half(portico, eventually):
    """The transaction is held up by a lock, the workers are killed over it, and the request is made again."""
    ana = portico.user("ana")
    portico.experiment("E1", users=[ana])
    page = f"{API}/users/ana/experiments/"
    number = ana.get(page).json()["results"][0]["id"]
    path = f"{API}/favorite/{number}/"
    locking = f"START TRANSACTION; SELECT id FROM facility_participation WHERE id = {number} FOR UPDATE; DO SLEEP(4); COMMIT"
    locked = "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'DO SLEEP%'"

    def mark(**options):
        return ana.put(path, json={"favorite": "1"}, headers=key("k"), **options)

    def settled():
        answer = mark()
        assert answer.status_code == 200 or answer.json()["code"] == "web.key.in_flight"
        return answer if answer.status_code == 200 else None

    with portico.settings("web", idempotency_lease_s=2), concurrent.futures.ThreadPoolExecutor(2) as pool:
        lock = pool.submit(portico.sql, locking)
        eventually(lambda: portico.sql(locked) == [["1"]], "the lock")
        hung = pool.submit(mark, contract=False)
        eventually(lambda: portico.sql("SELECT COUNT(*) FROM web_idempotency WHERE status IS NULL") == [["1"]], "the claim")
        for worker in portico.front.workers():
            os.kill(worker, signal.SIGKILL)
        assert hung.result(30).status_code in (500, 502, 503)
        lock.result(30)
        assert ana.get(page).json()["results"][0]["favorite"] is False
        served = eventually(settled, "the key to be free")
        assert (replayed(served), served.json()["favorite"]) == (False, True)
        assert replayed(mark())


@pytest.mark.one_front
@pytest.mark.parametrize("ended", [None, "stop", "remove"])
def test_a_resource_whose_worker_was_killed_is_launched_and_ended_once(portico, daemon, eventually, ended):
    """The daemon is away, so the worker waits when it is killed: row, job and note are there, the answer is not."""
    ana = portico.user("ana")
    portico.image("site", "https://www.example.org/start", type="static_link")
    resources = f"{API}/resources/"
    number = ended and ana.post(resources, json={"image": "site"}).json()["id"]
    method, path, good, state = {
        None: ("POST", resources, 201, "created"),
        "stop": ("POST", f"{resources}{number}/stop/", 200, "stopped"),
        "remove": ("DELETE", f"{resources}{number}/", 204, "removed"),
    }[ended]

    def ask(**options):
        return ana.request(method, path, json=None if ended else {"image": "site"}, headers=key("k"), **options)

    def settled():
        answer = ask()
        assert answer.status_code == good or answer.json()["code"] == "web.key.in_flight"
        return answer if answer.status_code == good else None

    with portico.settings("web", idempotency_lease_s=3), concurrent.futures.ThreadPoolExecutor(1) as pool:
        daemon.stop()
        hung = pool.submit(ask, contract=False)
        noted = "SELECT COUNT(*) FROM web_idempotency WHERE status IS NULL AND about_kind = 'facility.resource'"
        eventually(lambda: portico.sql(noted) == [["1"]], "the note")
        for worker in portico.front.workers():
            os.kill(worker, signal.SIGKILL)
        assert hung.result(30).status_code in (500, 502, 503)
        daemon.start()

        served = eventually(settled, "the key to be free")
        again = ask()

    assert (replayed(served), replayed(again), again.content) == (False, True, served.content)
    assert portico.sql("SELECT state FROM facility_resource") == [[{"created": "1", "stopped": "3", "removed": "5"}[state]]]
    assert portico.sql("SELECT COUNT(*) FROM account_audit WHERE action LIKE 'resource.%'") == [["2" if ended else "1"]]
    if not ended:
        assert served.json()["state"] == state


@pytest.mark.one_front
def test_an_image_whose_worker_died_before_it_answered_is_added_once(portico):
    root = portico.admin()
    assert root.post(f"{API}/images/site/", json=LINK, headers=key("k")).status_code == 201
    portico.sql("UPDATE web_idempotency SET status = NULL, content_type = NULL, headers = NULL, body = NULL, kept = 0, lease_until = NOW(6)")  # as such a death leaves it

    again = root.post(f"{API}/images/site/", json=LINK, headers=key("k"))

    assert (again.status_code, replayed(again)) == (201, False)
    assert replayed(root.post(f"{API}/images/site/", json=LINK, headers=key("k")))
    assert root.post(f"{API}/images/site/", json=LINK, headers=key("other")).status_code == 409


@pytest.mark.one_front
def test_a_launch_that_failed_is_tried_anew_under_its_key(portico, docker):
    ana = portico.user("ana")
    portico.image("broken", "portico-demo-no-such-image:1", logs_er="never", port_hook="1/tcp")

    answers = [ana.post(f"{API}/resources/", json={"image": "broken"}, headers=key("k")) for _ in range(2)]

    assert [a.json()["code"] for a in answers] == ["facility.launch.image"] * 2
    assert not any(map(replayed, answers))
    assert portico.sql("SELECT COUNT(*) FROM facility_resource") == [["2"]]


@pytest.mark.one_front
def test_the_contract_names_the_key(portico):
    for method, path, operation in portico.contract.operations():
        named = [portico.contract.resolve(p)["name"] for p in operation["parameters"]]
        if method == "GET":
            assert "Idempotency-Key" not in named, path
        elif path != f"{API}/login/":
            assert "Idempotency-Key" in named, path
            assert {"409", "422"} <= set(operation["responses"]), path
