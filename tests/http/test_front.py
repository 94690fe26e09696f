"""test_front.py - what lies between the client and the program: raw paths, credentials, bounds, and workers that come and go."""

import json
import os
import re
import shutil
import signal
import socket
import time

import pytest

from harness.front import Front
from harness.load import Load

LIVE = "/api/health/live"

# what a client may be told whose body never came to its end; mod_fcgid knows no better word than 500
CUT_OFF = {"nginx": (None, 400, 408), "apache-proxy": (None, 400, 408), "apache-fcgid": (None, 400, 408, 500)}
LOGIN = "/api/facility/login/"
MIB = 1024 * 1024


class Raw:
    """A connection on which anything can be said."""

    def __init__(self, front, timeout_s=60):
        self.socket = socket.create_connection(("127.0.0.1", front.port), timeout=timeout_s)

    def say(self, *parts):
        for part in parts:
            self.socket.sendall(part if isinstance(part, bytes) else part.encode())
        return self

    def finish(self):
        """Closes our half: nothing more will come."""
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the other side has closed already
        return self

    def hear(self):
        """All that is answered, or what came until the connection was cut."""
        heard = b""
        try:
            while chunk := self.socket.recv(65536):
                heard += chunk
        except ConnectionError:
            pass
        self.socket.close()
        return heard

    def status(self):
        """The status of the last answer; None when there was none. 100 Continue is passed over."""
        found = [int(code) for code in re.findall(rb"^HTTP/1\.[01] (\d\d\d)", self.hear(), re.M)]
        found = [code for code in found if code >= 200]
        return found[-1] if found else None

    def close(self):
        self.socket.close()


def post_head(path, length=None, extra=""):
    length = "" if length is None else f"Content-Length: {length}\r\n"
    return f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nConnection: close\r\n{length}{extra}\r\n"


def test_is_live(portico):
    answer = portico.anonymous().get(LIVE)

    assert answer.status_code == 200


def test_answers_an_unknown_path_with_a_json_problem(portico):
    answer = portico.anonymous().get("/api/no/such/path")

    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"] == "Not found."


def test_leads_from_the_bare_prefix_to_the_index(portico):
    answer = portico.anonymous().get("/api?x=1")

    assert answer.status_code == 301
    assert re.sub(r"^http://[^/]*", "", answer.headers["Location"]) == "/api/?x=1"


def test_hands_an_encoded_slash_to_the_program_as_part_of_a_name(portico):
    portico.image("lab/notebook")
    ana = portico.user("ana")

    answer = ana.get("/api/facility/images/lab%2Fnotebook/")

    assert answer.status_code == 200
    assert answer.json()["public_name"] == "lab/notebook"


# mod_proxy_fcgi hands an address of this length on without its REQUEST_URI: what comes of it is a 404
@pytest.mark.only_fronts("nginx", "apache-fcgid")
def test_lets_the_program_refuse_an_address_that_is_too_long(portico):
    bob = portico.user("bob")
    longest, query = "%F0%9F%92%A9" * 255, "x" * 6000

    for segments, status in ((2, 404), (3, 414)):
        answer = bob.get(f"/api/facility/resource/run/{'/'.join([longest] * segments)}/{'name/' * (3 - segments)}?page={query}")
        assert answer.status_code == status
        assert answer.headers["Content-Type"] == "application/problem+json"


def test_keeps_double_slashes_and_dots_out_of_routing(portico):
    ana = portico.user("ana")

    for path in ("/api//facility/images/", "/api/facility/%2e%2e/facility/images/", "/api/facility//images/"):
        raw = Raw(portico.front).say(f"GET {path} HTTP/1.0\r\nHost: 127.0.0.1\r\nCookie: sessionid={ana.cookies['sessionid']}\r\n\r\n")
        assert raw.status() in (400, 404), path


def test_passes_basic_credentials_to_the_program(portico):
    ana = portico.user("ana", login=False)

    right = portico.client(basic=("ana", ana.password)).get("/api/facility/users/ana/")
    wrong = portico.client(basic=("ana", "not it")).get("/api/facility/users/ana/")

    assert right.status_code == 200
    assert wrong.status_code in (401, 403)
    assert wrong.json()["detail"] == "Invalid username/password."


def test_answers_head_like_get_without_a_body(portico):
    caller = portico.anonymous()

    head, get = caller.head(LIVE), caller.get(LIVE)

    assert head.status_code == 200
    assert head.headers["Content-Type"] == get.headers["Content-Type"]
    assert head.content == b""


def test_takes_a_body_of_nearly_a_mebibyte(portico):
    body = json.dumps({"username": "ana", "password": "x", "filler": "y" * (MIB - 1000)})

    answer = portico.anonymous().post(LOGIN, data=body, headers={"Content-Type": "application/json"})

    assert answer.status_code in (400, 401)


def test_refuses_a_body_above_a_mebibyte_with_a_json_problem(portico):
    answer = portico.anonymous().post(LOGIN, data=b"x" * (MIB + 100000), headers={"Content-Type": "application/json"})

    assert answer.status_code == 413
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 413


def test_refuses_a_chunked_body_above_a_mebibyte(portico):
    def chunks():
        for _ in range(20):
            yield b"x" * 65536

    answer = portico.anonymous().post(LOGIN, data=chunks(), headers={"Content-Type": "application/json"})

    assert answer.status_code == 413


def test_reads_a_chunked_body_like_one_with_a_length(portico):
    ana = portico.user("ana", login=False)
    body = json.dumps({"username": "ana", "password": ana.password}).encode()

    answer = ana.post(LOGIN, data=iter([body[:7], body[7:]]), headers={"Content-Type": "application/json"})

    assert answer.status_code == 200
    assert "sessionid" in answer.cookies


def test_does_not_act_on_a_body_that_was_cut_off(portico):
    ana = portico.user("ana", login=False)
    body = json.dumps({"username": "ana", "password": ana.password})

    raw = Raw(portico.front).say(post_head(LOGIN, len(body) + 10), body).finish()

    assert raw.status() in CUT_OFF[portico.front.kind]
    assert portico.sql("SELECT COUNT(*) FROM account_session") == [["0"]]
    assert portico.anonymous().get(LIVE).status_code == 200


def test_does_not_act_on_a_chunked_body_without_its_end(portico):
    ana = portico.user("ana", login=False)
    body = json.dumps({"username": "ana", "password": ana.password})

    raw = Raw(portico.front).say(post_head(LOGIN, extra="Transfer-Encoding: chunked\r\n"), f"{len(body):x}\r\n{body}\r\n").finish()

    assert raw.status() in CUT_OFF[portico.front.kind]
    assert portico.sql("SELECT COUNT(*) FROM account_session") == [["0"]]


@pytest.mark.parametrize("length", ["-1", "1x", "99999999999999999999999", "5, 6"])
def test_refuses_a_length_that_lies(portico, length):
    raw = Raw(portico.front).say(post_head(LOGIN, length), "{}").finish()

    assert raw.status() in (None, 400, 413)
    assert portico.anonymous().get(LIVE).status_code == 200


def test_gives_up_on_bodies_that_never_come_and_serves_others(portico):
    stalled = [Raw(portico.front).say(post_head(LOGIN, 500), '{"username"') for _ in range(Front.pool_size + 2)]
    begin = time.monotonic()

    # mod_proxy_fcgi lets a slow body hold a worker; the others must not even notice
    patience_s = 30 if portico.front.kind == "apache-proxy" else 5
    assert portico.anonymous().get(LIVE, timeout=patience_s).status_code == 200

    for raw in stalled:
        assert raw.status() in CUT_OFF[portico.front.kind]
    assert time.monotonic() - begin < 40
    assert portico.anonymous().get(LIVE).status_code == 200


def test_survives_clients_that_leave(portico):
    ana = portico.user("ana")
    head = f"GET /api/facility/images/ HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: sessionid={ana.cookies['sessionid']}\r\n\r\n"

    for _ in range(4 * Front.pool_size):
        Raw(portico.front).say(head).close()

    assert ana.get("/api/facility/images/").status_code == 200
    assert portico.front.crashes() == []


def test_does_not_believe_an_identity_in_a_header(portico):
    portico.user("ana", login=False)
    told = {
        "REMOTE_USER": "ana",
        "Remote-User": "ana",
        "X-Remote-User": "ana",
        "X-Forwarded-User": "ana",
        "EAAHash": "0123456789",
        "uid": "ana",
        "Proxy": "http://127.0.0.1:1/",
    }

    answer = portico.anonymous().get("/api/facility/users/ana/", headers=told)

    assert answer.status_code == 403
    assert answer.json()["detail"] == "Authentication credentials were not provided."


def test_does_not_believe_a_forwarded_address_or_host(portico):
    caller = portico.anonymous()

    for number in range(12):
        answer = caller.post(
            LOGIN, json={"username": "nobody", "password": "wrong"}, headers={"X-Forwarded-For": f"192.0.2.{number}"}
        )
    index = caller.get("/api/", headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"})

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "evil.example" not in index.text
    assert "https://" not in index.text


def test_refuses_a_foreign_host(portico):
    answer = portico.anonymous().get("/api/", headers={"Host": "evil.example"})

    assert answer.status_code == 400


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGKILL], ids=["asked", "killed"])
def test_replaces_an_idle_worker(portico, eventually, sign):
    portico.anonymous().get(LIVE)
    before = set(portico.front.workers())
    assert before

    for pid in before:
        os.kill(pid, sign)

    eventually(lambda: not before & set(portico.front.workers()), "the old workers to go")
    assert eventually(lambda: portico.anonymous().get(LIVE, contract=False).status_code == 200, "an answer")
    assert portico.front.workers()


def load_on(portico):
    callers = [portico.anonymous() for _ in range(3)]
    return Load(lambda number: callers[number].get(LIVE, contract=False).status_code, len(callers))


@pytest.mark.only_fronts("nginx", "apache-proxy")
def test_replaces_all_workers_one_by_one_without_a_failed_request(portico, eventually):
    before = portico.front.workers()

    with load_on(portico) as load:
        load.goes_on(eventually)
        for pid in before:
            os.kill(pid, signal.SIGTERM)
            eventually(lambda gone=pid: gone not in portico.front.workers(), "the worker to go")
            load.goes_on(eventually)

    assert load.failures == []
    assert not set(before) & set(portico.front.workers())


@pytest.mark.only_fronts("apache-fcgid")
def test_takes_a_new_program_without_a_failed_request(portico, eventually):
    """mod_fcgid tells programs apart by their file: a new one in the old one's place gets workers of its own at once."""
    program = portico.front.world.installed.worker
    new = program.with_name("portico.fcgi.new")

    with load_on(portico) as load:
        load.goes_on(eventually)
        before = set(portico.front.workers())
        shutil.copy2(program, new)
        os.replace(new, program)
        eventually(lambda: set(portico.front.workers()) - before, "workers of the new program")
        load.goes_on(eventually)

    assert load.failures == []


@pytest.mark.only_fronts("nginx", "apache-proxy")
def test_says_when_the_pool_is_away(portico):
    portico.front.pool.stop()
    try:
        answer = portico.anonymous().get(LIVE, contract=False)
    finally:
        portico.front.start_pool()
        portico.front.wait_ready()

    assert answer.status_code == 503
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Retry-After"] == "5"
