"""test_web.py - the framework as its clients see it: index, contract, docs, health, metrics; and a worker spoken to in
FastCGI itself, where a front server would smooth things over."""

import json
import os
import signal
import socket
import struct
import subprocess
import threading
import time

import pytest

from harness.openapi import defects
from harness.processes import as_service

pytestmark = pytest.mark.one_front


# ---- what lib/web answers itself ----


def test_the_index_leads_to_everything(portico):
    anybody = portico.anonymous()

    index = anybody.get("/api/").json()

    assert {"facility", "openapi", "docs", "health"} <= set(index)
    for name in ("openapi", "docs", "health"):
        assert index[name].startswith(portico.url + "/api/")
        assert anybody.get(index[name][len(portico.url):]).status_code == 200


def test_the_contract_is_a_valid_openapi_document(portico):
    document = portico.anonymous().get("/api/openapi.json").json()

    assert document["openapi"].startswith("3.1.")
    assert defects(document) == []


def test_the_contract_names_who_may_call_and_every_refusal(contract):
    for method, path, operation in contract.operations():
        where = f"{method} {path}"
        assert operation["x-who"] in ("anyone", "user", "owner", "owner or superuser", "superuser", "permitted"), where
        assert {"400", "405", "500", "503"} <= set(operation["responses"]), where
        if operation["x-who"] != "anyone":
            assert {"401", "403"} & set(operation["responses"]), where
            assert operation["security"] and {} not in operation["security"], where
        if "requestBody" in operation:
            assert "413" in operation["responses"], where


def test_every_route_that_needs_somebody_refuses_nobody(portico, contract):
    anybody = portico.anonymous()

    for method, path, operation in contract.operations():
        if operation["x-who"] == "anyone":
            continue
        places = [p for p in map(contract.resolve, operation["parameters"]) if p["in"] == "path"]
        numbers = {p["name"] for p in places if p["schema"]["type"] == "integer"}
        for name in [p["name"] for p in places]:
            path = path.replace("{%s}" % name, "1" if name in numbers else "somebody")
        answer = anybody.request(method, path)
        assert answer.status_code in (401, 403), f"{method} {path}: {answer.status_code}"


def test_the_docs_page_is_whole(portico):
    anybody = portico.anonymous()

    page = anybody.get("/api/docs/", headers={"Accept": "text/html"})

    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy
    for name, media in (("docs.css", "text/css"), ("docs.js", "text/javascript")):
        assert f'"{name}"' in page.text
        assert anybody.get(f"/api/docs/{name}", contract=False).headers["Content-Type"].startswith(media)
    assert "http:" not in page.text and "https:" not in page.text


def test_metrics_are_prometheus_text(portico):
    anybody = portico.anonymous()
    anybody.get("/api/health/live")

    lines = anybody.get("/api/metrics").text.splitlines()

    samples = [line for line in lines if line and not line.startswith("#")]
    assert all(len(line.rsplit(" ", 1)) == 2 and float(line.rsplit(" ", 1)[1]) >= 0 for line in samples)
    assert any(line.startswith('portico_requests_total{route="GET /api/health/live",status="2xx"}') for line in samples)
    workers = next(line for line in samples if line.startswith("portico_workers "))
    assert int(workers.split()[1]) >= 1


def test_a_request_id_goes_through_to_the_answer(portico):
    answer = portico.anonymous().get("/api/facility/images/", headers={"X-Request-Id": "from-a-test-1"})

    assert answer.headers["X-Request-Id"] == "from-a-test-1"
    assert answer.json()["request_id"] == "from-a-test-1"


# ---- FastCGI itself ----

BEGIN, ABORT, END, PARAMS, STDIN, STDOUT = 1, 2, 3, 4, 5, 6


def record(kind, content=b""):
    return struct.pack(">BBHHBB", 1, kind, 1, len(content), 0, 0) + content


def pair(name, value):
    name, value = name.encode(), value.encode()
    lengths = b"".join(struct.pack(">B", n) if n < 128 else struct.pack(">I", n | 1 << 31) for n in (len(name), len(value)))
    return lengths + name + value


class Connection:
    """One connection to a worker, in records."""

    def __init__(self, listener):
        self.socket = socket.socket(listener.family)
        self.socket.settimeout(20)
        self.socket.connect(listener.getsockname())

    def say(self, *records):
        self.socket.sendall(b"".join(records))
        return self

    def begin(self, method, uri, keep=False, **variables):
        words = {"REQUEST_METHOD": method, "REQUEST_URI": uri, "HTTP_HOST": "localhost", "REMOTE_ADDR": "127.0.0.1", **variables}
        content = b"".join(pair(name, value) for name, value in words.items())
        return self.say(record(BEGIN, struct.pack(">HB5x", 1, keep)), record(PARAMS, content), record(PARAMS))

    def hear(self):
        """Status and text of the answer, read until the worker closes."""
        heard, out = b"", b""
        while chunk := self.socket.recv(65536):
            heard += chunk
        while heard:
            _, kind, _, length, padding, _ = struct.unpack(">BBHHBB", heard[:8])
            out += heard[8:8 + length] if kind == STDOUT else b""
            heard = heard[8 + length + padding:]
        text = out.decode()
        return int(text.split()[1]) if text.startswith("Status: ") else None, text

    def close(self):
        self.socket.close()


class Worker:
    """One portico.fcgi on a socket of ours, a local one or TCP's; head and body must arrive within a second each, and the answer be
    taken in one."""

    def __init__(self, front, folder, family=socket.AF_UNIX):
        self.listener = socket.socket(family)
        self.listener.bind(str(folder / "worker.sock") if family == socket.AF_UNIX else ("127.0.0.1", 0))
        self.listener.listen(16)
        self.process = subprocess.Popen(
            [str(front.world.installed.worker), "--config", str(front.config)],
            stdin=self.listener, env={**os.environ, **front.environment(), "PORTICO_WEB_REQUEST_S": "1", "PORTICO_WEB_ANSWER_S": "1"}, cwd="/", **as_service(),
        )

    def connect(self):
        return Connection(self.listener)

    def ask(self, uri):
        return self.connect().begin("GET", uri).say(record(STDIN)).hear()

    def close(self):
        self.listener.close()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)


@pytest.fixture
def worker(front, tmp_path):
    made = Worker(front, tmp_path)
    assert made.ask("/api/health/live")[0] == 200
    yield made
    made.close()


@pytest.fixture(params=[socket.AF_UNIX, socket.AF_INET], ids=["local", "tcp"])
def worker_anywhere(request, front, tmp_path):
    made = Worker(front, tmp_path, request.param)
    assert made.ask("/api/health/live")[0] == 200
    yield made
    made.close()


LOGIN = "/api/facility/login/"
FORM = {"CONTENT_TYPE": "application/x-www-form-urlencoded"}


def test_a_slow_body_is_408_and_costs_the_worker_a_second(worker):
    began = time.monotonic()
    slow = worker.connect().begin("POST", LOGIN, CONTENT_LENGTH="100", **FORM).say(record(STDIN, b"username=ada"))

    status, text = slow.hear()

    assert status == 408 and '"code":"web.late"' in text
    assert time.monotonic() - began < 5
    assert worker.ask("/api/health/live")[0] == 200


def test_a_dripping_body_is_408_too(worker):
    slow = worker.connect().begin("POST", LOGIN, CONTENT_LENGTH="100", **FORM)
    try:
        for _ in range(30):
            slow.say(record(STDIN, b"x"))
            time.sleep(0.1)
    except BrokenPipeError:
        pass

    assert slow.hear()[0] == 408


def test_a_body_that_is_cut_off_is_400_or_nothing(worker):
    cut = worker.connect().begin("POST", LOGIN, CONTENT_LENGTH="100", **FORM).say(record(STDIN, b"username=ada"), record(STDIN))

    assert cut.hear()[0] == 400

    gone = worker.connect().begin("POST", LOGIN, CONTENT_LENGTH="100", **FORM)
    gone.close()
    assert worker.ask("/api/health/live")[0] == 200


def test_a_body_beyond_its_length_is_400(worker):
    long = worker.connect().begin("POST", LOGIN, CONTENT_LENGTH="5", **FORM).say(record(STDIN, b"username=ada"), record(STDIN))

    assert long.hear()[0] == 400


def test_too_many_headers_are_431(worker):
    many = worker.connect().begin("GET", "/api/health/live", **{f"HTTP_X_{n}": "x" for n in range(300)}).say(record(STDIN))

    assert many.hear()[0] == 431


def test_a_connection_is_not_kept_for_one_client(worker):
    kept = worker.connect().begin("GET", "/api/health/live", keep=True).say(record(STDIN))

    assert kept.hear()[0] == 200  # and hear() has seen the end of the connection
    assert worker.ask("/api/health/live")[0] == 200


def test_a_silent_caller_does_not_hold_the_worker(worker):
    silent = worker.connect()

    assert worker.ask("/api/health/live")[0] == 200
    silent.close()


HALVES = {
    "begin": record(BEGIN, struct.pack(">HB5x", 1, 0))[:5],
    "params": record(BEGIN, struct.pack(">HB5x", 1, 0)) + record(PARAMS, pair("REQUEST_METHOD", "GET")),
}


@pytest.mark.parametrize("half", HALVES)
def test_half_a_request_does_not_hold_the_worker(worker, half):
    silent = worker.connect().say(HALVES[half])

    assert worker.ask("/api/health/live")[0] == 200
    assert silent.hear() == (None, "")


@pytest.mark.parametrize("half", HALVES)
def test_a_worker_with_half_a_request_leaves_too(worker, half):
    silent = worker.connect().say(HALVES[half])
    time.sleep(0.2)

    worker.process.send_signal(signal.SIGTERM)

    assert worker.process.wait(10) == 0
    silent.close()


LARGE = "/api/openapi.json"  # more than the sockets' buffers hold


def test_an_answer_that_is_taken_is_whole(worker):
    status, text = worker.ask(LARGE)
    head, _, body = text.partition("\r\n\r\n")

    assert status == 200
    assert f"Content-Length: {len(body.encode())}\r\n" in head
    assert json.loads(body)["openapi"]


@pytest.mark.parametrize("pause", [None, 0.1], ids=["silent", "slow"])
def test_an_answer_that_is_not_taken_does_not_hold_the_worker(worker, pause):
    whole = len(worker.ask(LARGE)[1].encode())
    slow = worker.connect().begin("GET", LARGE).say(record(STDIN))
    heard = 0
    while pause and (chunk := slow.socket.recv(1024)):
        heard += len(chunk)
        time.sleep(pause if heard < whole // 10 else 0)  # what is in the buffers when the connection is cut is still to be had

    assert worker.ask("/api/health/live")[0] == 200
    while chunk := slow.socket.recv(65536):
        heard += len(chunk)
    assert 0 < heard < whole


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT], ids=["TERM", "INT"])
def test_an_idle_worker_leaves_at_once(worker_anywhere, sign):
    began = time.monotonic()

    worker_anywhere.process.send_signal(sign)

    assert worker_anywhere.process.wait(10) == 0
    assert time.monotonic() - began < 1


def test_a_worker_that_is_stopped_between_two_requests_leaves_and_loses_none(front, tmp_path):
    for attempt in range(20):
        folder = tmp_path / str(attempt)
        folder.mkdir()
        worker = Worker(front, folder)
        assert worker.ask("/api/health/live")[0] == 200
        asked = [worker.connect().begin("GET", "/api/health/live").say(record(STDIN)) for _ in range(3)]
        time.sleep(attempt / 10000)

        worker.process.send_signal(signal.SIGTERM)

        assert worker.process.wait(10) == 0
        worker.listener.close()  # what it has not accepted ends with the socket: another worker would have taken it
        answers = [heard(one) for one in asked]
        assert all(answer in (200, None) for answer in answers), answers
        # one after the other: what came after an unanswered one was not answered either
        assert answers == sorted(answers, key=lambda answer: answer is None)


def heard(connection):
    try:
        return connection.hear()[0]
    except ConnectionResetError:
        return None


def test_signals_cost_no_request(worker_anywhere):
    """The timer that looks for connections to cut may come anywhere: in the reading, in a wait for the database, in the writing."""
    done = threading.Event()

    def disturb():
        while not done.is_set():
            worker_anywhere.process.send_signal(signal.SIGUSR2)
            time.sleep(0.0002)

    disturber = threading.Thread(target=disturb)
    disturber.start()
    try:
        statuses = [worker_anywhere.ask("/api/health/ready")[0] for _ in range(300)]
        for n in range(5):
            body = f"username=nobody-{n}&password=x".encode()
            slow = worker_anywhere.connect().begin("POST", LOGIN, CONTENT_LENGTH=str(len(body)), **FORM).say(record(STDIN, body[:10]))
            time.sleep(0.05)
            statuses.append(slow.say(record(STDIN, body[10:]), record(STDIN)).hear()[0] - 201)  # 401
    finally:
        done.set()
        disturber.join()

    assert statuses == [200] * 305


@pytest.mark.parametrize("length", [{"CONTENT_LENGTH": "4000000"}, {"HTTP_TRANSFER_ENCODING": "chunked"}], ids=["length", "chunked"])
def test_a_body_that_nobody_reads_does_not_cost_the_answer(worker_anywhere, length):
    """The front server goes on sending while the answer is there already: a connection that is reset then would be its 502."""
    refused = worker_anywhere.connect().begin("POST", "/api/nowhere/", **length)

    for _ in range(60):  # more than the sockets' buffers hold
        refused.say(record(STDIN, b"x" * 65000))
    status, text = refused.say(record(STDIN)).hear()

    assert status in (404, 413) and text.endswith("}")
    assert worker_anywhere.ask("/api/health/live")[0] == 200


def test_a_busy_worker_finishes_its_request_and_leaves(worker):
    body = b"username=ada&password=x"
    busy = worker.connect().begin("POST", LOGIN, CONTENT_LENGTH=str(len(body)), **FORM).say(record(STDIN, body[:10]))
    time.sleep(0.2)

    worker.process.send_signal(signal.SIGTERM)
    time.sleep(0.2)
    assert worker.process.poll() is None
    busy.say(record(STDIN, body[10:]), record(STDIN))

    assert busy.hear()[0] == 401
    assert worker.process.wait(10) == 0


def test_a_worker_without_a_socket_says_so(front):
    done = subprocess.run(
        [str(front.world.installed.worker), "--config", str(front.config)],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20, check=False,
        env={**os.environ, **front.environment()}, cwd="/", **as_service(),
    )

    assert done.returncode == 2
    assert "descriptor 0" in done.stderr


def test_a_worker_does_not_pass_over_a_list_of_front_servers(front, tmp_path):
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "listed.sock"))
        listener.listen(1)
        done = subprocess.run(
            [str(front.world.installed.worker), "--config", str(front.config)],
            stdin=listener, capture_output=True, text=True, timeout=20, check=False,
            env={**os.environ, **front.environment(), "FCGI_WEB_SERVER_ADDRS": "192.0.2.7"}, cwd="/", **as_service(),
        )

    assert done.returncode == 2
    assert "FCGI_WEB_SERVER_ADDRS" in done.stderr
