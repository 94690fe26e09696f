"""test_chatbot_rasa.py - conversations in front of a Rasa server that answers, is slow, misbehaves, or is not there: no question
is lost, and none is asked twice for one that asked again."""

import concurrent.futures
import threading
import time

import pytest

from harness.rasa import Rasa

pytestmark = pytest.mark.one_front

API = "/api/v1/chatbot/"
AWAY = "Service temporarily unavailable, try again later."
LIMITS = {"connect_ms": 500, "total_ms": 3000, "answer_wait_ms": 1500}


@pytest.fixture(scope="module")
def served(front):
    """The installation with a stand-in of Rasa behind it."""
    server = Rasa(front.world.guard, front.folder)
    with front.settings("chatbot", policy="open", responder="rasa", rasa_url=server.url, **LIMITS):
        yield server
    server.stop()


@pytest.fixture
def rasa(served, portico):
    if not served.alive():
        served.start()
    served.order(reset=True)
    time.sleep(2.1)  # a breaker that a test before opened
    yield served
    if served.alive():
        served.order(reset=True)


@pytest.fixture
def client(portico):
    return portico.anonymous()


def question(userid, text, second=0):
    return {"userid": userid, "content": [text], "timestamp": f"2026-01-01T10:00:{second:02}Z"}


def entries(client, userid):
    answer = client.get(f"{API}conversations/{userid}/?limit=1000")
    return answer.json()["results"] if answer.status_code == 200 else []


def answered(client, userid, count):
    return sum(e["state"] == "answer" for e in entries(client, userid)) == count


def exchange(client, userid):
    """[(question, answer), …] in the order in which the answers came."""
    found = entries(client, userid)
    texts = {e["id"]: e["content"][0] for e in found}
    return [(texts[e["reference"]], e["content"][0]) for e in found if e["state"] == "answer"]


# ---- it answers ----


def test_every_kind_of_reply_is_passed_on(rasa, client):
    rasa.order(script={"hi": [
        {"text": "Look:", "buttons": [{"title": "Yes", "payload": "/affirm"}]},
        {"image": "https://example.org/i.png"},
        {"custom": {"map": [1, 2.50], "name": "ä"}},
        {"attachment": "file.pdf"},
    ]})

    answer = client.post(f"{API}?rich=1", json=question("u/../v?w", "hi"))

    assert answer.status_code == 201, answer.text
    assert answer.json()["content"] == [
        "Look:", "Image: https://example.org/i.png", '{"map":[1,2.5],"name":"\\u00e4"}', "Attachment: file.pdf"
    ]
    assert [set(m) for m in answer.json()["messages"]] == [{"text", "buttons"}, {"image"}, {"custom"}, {"attachment"}]
    call = rasa.calls()[0]
    assert (call["sender"], call["text"], call["path"]) == ("u/../v?w", "hi", "/webhooks/rest/webhook")
    assert call["metadata"]["message_id"] > 0


def test_the_id_of_the_request_that_asked_travels_along(rasa, client):
    for name in ("from-a-test-1", "from-a-test-2"):
        assert client.post(API, json=question("u", name), headers={"X-Request-Id": name}).status_code == 201

    assert [call["request"] for call in rasa.calls()] == ["from-a-test-1", "from-a-test-2"]


def test_several_items_are_one_turn(rasa, client):
    body = {**question("u", ""), "content": [" one ", 2, "three"]}

    assert client.post(API, json=body).json()["content"] == ["You said: one\n2\nthree"]
    assert [call["text"] for call in rasa.calls()] == ["one\n2\nthree"]


def test_an_empty_answer_is_an_answer(rasa, client):
    rasa.order(mode="empty")

    answer = client.post(API, json=question("u", "hi"))

    assert (answer.status_code, answer.json()["content"]) == (201, [])
    assert len(client.get(API).json()) == 2


def test_a_server_without_a_model_is_told_by_its_status(rasa, portico, client, eventually):
    with portico.settings("chatbot", policy="open", responder="rasa", rasa_url=rasa.url, rasa_status="yes", rasa_jwt_secret="s3cret", **LIMITS):
        rasa.order(mode="no_model", jwt_secret="s3cret")
        assert client.post(API, json=question("u", "hi")).status_code == 503
        rasa.order(mode="ok")
        eventually(lambda: exchange(client, "u") == [("hi", "You said: hi")], "the answer")
        rasa.order(mode="empty")
        assert client.post(API, json=question("u", "nothing", 1)).status_code == 201
        portico.admin()  # without one the check has something to say
        assert "3.6.20" in portico.cli("check")


def test_the_old_dialect(rasa, portico, client):
    rasa.order(token="t&k=1", script={"hi": [{"text": "Hey", "buttons": [{"title": "a", "payload": "b"}]}, {"image": "http://i"}]})
    with portico.settings("chatbot", policy="open", responder="rasa-legacy", rasa_url=rasa.url, rasa_token="t&k=1", **LIMITS):
        for userid in ("a/../../x?y", "..", "ä b"):
            answer = client.post(f"{API}?rich=1", json=question(userid, "hi"))
            assert answer.json()["content"] == ["Hey", "Image: http://i"]
            assert answer.json()["messages"][0]["buttons"] == [{"title": "a", "payload": "b"}]
        assert [(c["dialect"], c["sender"]) for c in rasa.calls()] == [("0.9", u) for u in ("a/../../x?y", "..", "ä b")]
        rasa.order(mode="no_model")
        assert client.post(API, json=question("u", "hi")).status_code == 503
        log = (portico.front.folder / "daemon.log").read_text(encoding="utf-8")
        assert "k=1" not in log and "k%3D1" not in log


# ---- it misbehaves ----


@pytest.mark.parametrize(
    "mode", ["500", "502", "401", "404", "garbage", "cut", "text", "object", "strange", "huge", "hang"]
)
def test_whatever_goes_wrong_the_question_is_answered_later(rasa, client, eventually, mode):
    rasa.order(mode=mode)

    answer = client.post(API, json=question("u", "hi"))

    assert (answer.status_code, answer.json()["detail"]) == (503, AWAY)
    assert int(answer.headers["Retry-After"]) > 0
    assert [e["state"] for e in entries(client, "u")] == ["waiting"]
    rasa.order(mode="ok")
    eventually(lambda: exchange(client, "u") == [("hi", "You said: hi")], "the answer")
    again = client.post(API, json=question("u", "hi"))
    assert (again.status_code, again.json()["content"]) == (201, ["You said: hi"])
    assert len(rasa.calls(mode="ok")) == 1
    assert len(entries(client, "u")) == 2


def test_a_server_that_is_down_is_503_at_once(rasa, client, eventually):
    rasa.stop()
    began = time.monotonic()

    answer = client.post(API, json=question("u", "hi"))

    assert (answer.status_code, answer.json()["detail"]) == (503, AWAY)
    assert time.monotonic() - began < 1.4  # it does not wait out its limit
    rasa.start()
    eventually(lambda: answered(client, "u", 1), "the answer")
    assert exchange(client, "u") == [("hi", "You said: hi")]


def test_asking_again_continues_a_slow_question(rasa, client):
    rasa.order(mode="slow", slow_s=2.2)

    first = client.post(API, json=question("u", "hi"))
    again = client.post(API, json=question("u", "hi"))

    assert (first.status_code, again.status_code) == (503, 201)
    assert again.json()["content"] == ["You said: hi"]
    assert len(rasa.calls()) == 1
    assert client.post(API, json=question("u", "hi")).text == again.text


def test_a_key_continues_a_slow_question_too(rasa, client):
    rasa.order(mode="slow", slow_s=2.2)
    key = {"Idempotency-Key": "slow-1"}

    assert client.post(API, json=question("u", "hi"), headers=key).status_code == 503
    other = client.post(API, json=question("u", "something else"), headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "web.key.reused")
    done = client.post(API, json=question("u", "hi"), headers=key)
    replayed = client.post(API, json=question("u", "hi"), headers=key)

    assert (done.status_code, replayed.status_code) == (201, 201)
    assert (replayed.text, replayed.headers["Idempotent-Replayed"]) == (done.text, "true")
    assert len(rasa.calls()) == 1


def test_twenty_that_ask_the_same_at_once_ask_once(rasa, portico, client, eventually):
    rasa.order(mode="slow", slow_s=0.5)
    gate = threading.Barrier(20)

    def ask(_):
        caller = portico.anonymous()
        gate.wait()
        return caller.post(API, json=question("u", "hi"))

    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(ask, range(20)))

    eventually(lambda: answered(client, "u", 1), "the answer")
    assert {a.status_code for a in answers} <= {201, 503}
    assert len({a.text for a in answers if a.status_code == 201}) == 1
    assert len(rasa.calls()) == 1
    assert len(entries(client, "u")) == 2


def test_after_an_outage_all_are_answered_once_in_their_order(rasa, portico, client, eventually):
    rasa.stop()
    people = [f"u{n}" for n in range(6)]

    def ask(userid):
        caller = portico.anonymous()
        return [caller.post(API, json=question(userid, f"{userid} {n}", n)).status_code for n in range(5)]

    with concurrent.futures.ThreadPoolExecutor(len(people)) as pool:
        assert {status for statuses in pool.map(ask, people) for status in statuses} == {503}
    rasa.start()
    rasa.order(mode="slow", slow_s=0.2)

    for userid in people:
        eventually(lambda: answered(client, userid, 5), f"five answers for {userid}", 60)
        assert exchange(client, userid) == [(f"{userid} {n}", f"You said: {userid} {n}") for n in range(5)]
        assert [call["text"] for call in rasa.calls(sender=userid)] == [f"{userid} {n}" for n in range(5)]


def test_a_killed_daemon_costs_no_question_and_no_answer_twice(rasa, client, daemon, eventually):
    rasa.order(mode="hang")
    for n in range(4):
        assert client.post(API, json=question("u", f"q{n}", n)).status_code == 503
    eventually(lambda: rasa.order()["hanging"] > 0, "the daemon to ask")
    daemon.kill()
    assert client.post(API, json=question("v", "while it is dead")).status_code == 503
    rasa.order(mode="ok")
    daemon.start()

    eventually(lambda: answered(client, "u", 4) and answered(client, "v", 1), "all answers", 20)  # sooner than the lease of 30 s ends
    assert exchange(client, "u") == [(f"q{n}", f"You said: q{n}") for n in range(4)]
    assert [call["text"] for call in rasa.calls(sender="u", mode="ok")] == [f"q{n}" for n in range(4)]
    time.sleep(1)
    assert len(entries(client, "u")) == 8


def test_what_is_erased_while_the_server_thinks_stays_erased(rasa, client):
    rasa.order(mode="slow", slow_s=2.2)
    assert client.post(API, json=question("u", "hi")).status_code == 503

    assert client.delete(f"{API}conversations/u/").status_code == 204

    time.sleep(1.5)
    assert client.get(API).json() == []
    rasa.order(mode="ok")
    assert client.post(API, json=question("u", "hi")).status_code == 201
    assert len(entries(client, "u")) == 2


def test_a_change_of_the_responder_leaves_nothing_waiting(rasa, portico, client, eventually):
    rasa.order(mode="500")
    assert client.post(API, json=question("u", "hello")).status_code == 503
    with portico.settings("chatbot", responder="embedded"):
        eventually(lambda: exchange(client, "u") == [("hello", "Hey! How are you?")], "the built-in responder's answer", 60)
