"""test_chatbot.py - the conversation API with the built-in responder: what the old client sees, and what is ours."""

import datetime
import json
import re
import subprocess
import urllib.parse

import pytest

API = "/api/v1/chatbot/"
GREETING = ["Hey! How are you?"]
CHEERING = ["Here is something to cheer you up:", "Image: https://i.imgur.com/nGF1K8f.jpg", "Did that help you?"]
REQUIRED = "This field is required."
NULL = "This field may not be null."
BLANK = "This field may not be blank."
WRONG_TIME = (
    "Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]."
)


def question(userid, *content, at="2026-01-01T10:00:00Z"):
    return {"userid": userid, "content": list(content), "timestamp": at}


def say(client, userid, *content, at="2026-01-01T10:00:00Z"):
    answer = client.post(API, json=question(userid, *content, at=at))
    assert answer.status_code == 201, answer.text
    return answer.json()["content"]


def messages(client, query=""):
    answer = client.get(API + query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def history(client, userid, query=""):
    answer = client.get(f"{API}conversations/{urllib.parse.quote(userid, safe='')}/{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


# ---- the old client ----


def test_the_four_dialogues(portico):
    ada = portico.user("ada")

    assert say(ada, "ada", "Hello!", at="2026-01-01T10:00:01Z") == GREETING
    assert say(ada, "ada", "I am great", at="2026-01-01T10:00:02Z") == ["Great carry on!"]
    assert say(ada, "ada:2", "moin", at="2026-01-01T10:00:01Z") == GREETING
    assert say(ada, "ada:2", "so sad", at="2026-01-01T10:00:02Z") == CHEERING
    assert say(ada, "ada:2", "yes", at="2026-01-01T10:00:03Z") == ["Great carry on!"]
    assert say(ada, "ada:3", "hi", at="2026-01-01T10:00:01Z") == GREETING
    assert say(ada, "ada:3", "unhappy", at="2026-01-01T10:00:02Z") == CHEERING
    assert say(ada, "ada:3", "no way", at="2026-01-01T10:00:03Z") == ["Bye"]
    assert say(ada, "ada:4", "see you around") == ["Bye"]
    assert say(ada, "ada:4", "something else", at="2026-01-01T11:00:00Z") == []


@pytest.mark.one_front
def test_a_message_has_three_keys_in_their_order(portico):
    ada = portico.user("ada")
    before = datetime.datetime.now(datetime.timezone.utc)

    answer = ada.post(API, json=question("ada", "hey", at="2018-06-22T09:05:00+02:00"))

    assert answer.status_code == 201
    assert "Location" not in answer.headers
    assert re.fullmatch(
        r'\{"userid":"ada","content":\["Hey! How are you\?"\],"timestamp":"[-0-9]{10}T[:0-9]{8}(\.[0-9]{6})?Z"\}', answer.text
    )
    at = datetime.datetime.fromisoformat(answer.json()["timestamp"].replace("Z", "+00:00"))
    assert abs((at - before).total_seconds()) < 30  # the server's clock, not minutes ahead (defect 2)
    listed = ada.get(API)
    assert listed.text == (
        '[{"userid":"ada","content":["hey"],"timestamp":"2018-06-22T07:05:00Z"},' + answer.text + "]"
    )  # the same lists of strings as were sent (defect 1)


@pytest.mark.one_front
@pytest.mark.parametrize(
    "body, errors",
    [
        ({}, {"userid": [REQUIRED], "content": [REQUIRED], "timestamp": [REQUIRED]}),
        ({"userid": None, "content": None, "timestamp": None}, {"userid": [NULL], "content": [NULL], "timestamp": [NULL]}),
        ({"userid": "  ", "content": "hi", "timestamp": "yesterday"},
         {"userid": [BLANK], "content": ['Expected a list of items but got type "str".'], "timestamp": [WRONG_TIME]}),
        ({"userid": [], "content": {}, "timestamp": "0001-01-01T00:00:00+02:00"},
         {"userid": ["Not a valid string."], "content": ['Expected a list of items but got type "dict".'], "timestamp": [WRONG_TIME]}),
        ({"userid": "x" * 256, "content": [], "timestamp": "2026-01-01"},
         {"userid": ["Ensure this field has no more than 255 characters."],
          "content": ["Ensure this field has at least 1 elements."], "timestamp": [WRONG_TIME]}),
        ({"userid": True, "content": ["a", " ", None], "timestamp": "2999-01-01T00:00:00Z"},
         {"userid": ["Not a valid string."], "content": [BLANK], "timestamp": ["Timestamp is not in the past"]}),
        (question("ada", None, ""), {"content": [NULL]}),
        (question("ada", ["a"], ""), {"content": ["Not a valid string."]}),
        (question("ada", {}, ""), {"content": ["Not a valid string."]}),
        (question("ada", True), {"content": ["Not a valid string."]}),
    ],
)
def test_what_is_wrong_is_said_of_all_fields_at_once(portico, body, errors):
    ada = portico.user("ada")

    answer = ada.post(API, json=body)

    assert answer.status_code == 400
    assert answer.json()["errors"] == errors
    assert {key: answer.json()[key] for key in errors} == errors
    assert messages(ada) == []


@pytest.mark.one_front
def test_numbers_forms_and_every_alphabet_are_taken(portico):
    ada = portico.user("ada")

    assert say(ada, "ada", " hey ", at="2026-01-01T10:00:01Z") == GREETING
    assert ada.post(API, json=question("ada", 5, 1.5, at="2026-01-01T10:00:02Z")).status_code == 201
    assert ada.post(API, data={"userid": " ada ", "content": ["hello", " you "], "timestamp": "2026-01-01 10:00:03"}).status_code == 201
    multipart = {"userid": (None, "ada"), "content[0]": (None, "bye"), "timestamp": (None, "2026-1-1T10:00:04")}
    assert ada.post(API, files=multipart).status_code == 201
    assert ada.post(API, json=question("ada", "Привет 🎉 漢字", at="2026-01-01T10:00:05Z")).status_code == 201
    assert ada.post(API, json={**question("ada", "extra", at="2026-01-01T10:00:06Z"), "id": 7, "reference": 1}).status_code == 201
    said = [message["content"] for message in messages(ada)][::2]
    assert said == [["hey"], ["5", "1.5"], ["hello", "you"], ["bye"], ["Привет 🎉 漢字"], ["extra"]]
    for body, kind in ((b"[1]", "application/json"), (b"{", "application/json"), (b"hi", "text/plain")):
        assert ada.post(API, data=body, headers={"Content-Type": kind}).status_code in (400, 415)


@pytest.mark.one_front
def test_the_addresses_of_the_old_server(portico):
    ada = portico.user("ada")

    assert ada.get(API[:-1]).headers["Location"].endswith(API)
    for method in ("PUT", "PATCH", "DELETE"):
        refused = ada.request(method, API, json={})
        assert refused.status_code == 405
        assert refused.headers["Allow"] == "GET, POST, HEAD, OPTIONS"
    assert ada.get(f"{API[:-1]}.json", contract=False).status_code == 404
    assert ada.get(f"{API}?format=json").json() == []
    assert ada.head(API).status_code == 200
    assert ada.post(API[:-1], json=question("ada", "hi"), contract=False).status_code == 201  # a body is not redirected into losing it


@pytest.mark.one_front
def test_options_says_what_the_old_server_said(portico):
    ada = portico.user("ada")
    field = {"required": True, "read_only": False}

    said = ada.options(API).json()

    assert (list(said), said["name"], said["description"]) == (["name", "description", "renders", "parses", "actions"], "Message List", "")
    assert json.dumps(said["actions"]) == json.dumps({
        "POST": {
            "userid": {"type": "string", **field, "label": "Userid", "max_length": 255},
            "content": {"type": "list", **field, "label": "Content", "min_length": 1, "child": {"type": "string", **field}},
            "timestamp": {"type": "datetime", **field, "label": "Timestamp"},
        }
    })
    assert "actions" not in portico.anonymous().options(API).json()
    assert ada.options(f"{API}conversations/").json()["name"] == "Conversation List"


@pytest.mark.one_front
def test_a_question_is_as_long_as_a_body_may_be(portico):
    ada = portico.user("ada")

    assert say(ada, "ada", *["hm"] * 40_000, "hello") == GREETING
    assert len(messages(ada)[0]["content"]) == 40_001


@pytest.mark.one_front
def test_the_same_question_is_the_same_question(portico):
    ada = portico.user("ada")

    first = ada.post(API, json=question("ada", "hello"))
    again = ada.post(API, json={"timestamp": "2026-01-01T12:00:00+02:00", "content": ["hello "], "userid": "ada"})

    assert again.text == first.text
    assert len(messages(ada)) == 2
    assert say(ada, "ada", "hello", at="2026-01-01T10:00:00.000001Z") == GREETING
    assert len(messages(ada)) == 4


# ---- who may ----


@pytest.mark.one_front
def test_the_closed_policy_ties_conversations_to_accounts(portico):
    ada, bob, root = portico.user("ada"), portico.user("bob"), portico.admin()
    anonymous = portico.anonymous()
    say(ada, "ada", "hello")
    say(bob, "bob:work", "hello")

    for path in (API, f"{API}conversations/", f"{API}conversations/ada/", f"{API}conversations/ada/export/"):
        assert anonymous.get(path).status_code == 403
    assert anonymous.post(API, json=question("ada", "hi")).json()["detail"] == "Authentication credentials were not provided."
    for userid in ("ada", "ada:x", "bobby", "Bob", "root"):
        refused = bob.post(API, json=question(userid, "hi"))
        assert (refused.status_code, refused.json()["detail"]) == (403, "You do not have permission to perform this action.")
    for path in ("conversations/ada/", "conversations/ada/export/", "conversations/nobody/"):
        assert bob.get(API + path).status_code == 403
    assert bob.delete(f"{API}conversations/ada/").status_code == 403
    assert {m["userid"] for m in messages(bob)} == {"bob:work"}
    assert messages(bob, "?userid=ada") == []
    assert {m["userid"] for m in messages(root)} == {"ada", "bob:work"}
    assert [c["userid"] for c in root.get(f"{API}conversations/").json()["results"]] == ["ada", "bob:work"]
    assert [c["userid"] for c in ada.get(f"{API}conversations/").json()["results"]] == ["ada"]
    assert say(root, "kiosk", "hello") == GREETING


@pytest.mark.one_front
def test_the_open_policy_is_open_to_all(portico):
    with portico.settings("chatbot", policy="open", fallback="Pardon?", image_url="https://example.org/cheer.png"):
        anonymous = portico.anonymous()
        assert say(anonymous, "anyone/../x?y=1#z", "gibberish words") == ["Pardon?"]
        assert say(anonymous, "anyone", "sad") == [CHEERING[0], "Image: https://example.org/cheer.png", CHEERING[2]]
        assert len(messages(anonymous)) == 4
        assert len(history(anonymous, "anyone/../x?y=1#z")["results"]) == 2


# ---- lists, histories, files ----


@pytest.mark.one_front
def test_buttons_and_images_are_there_for_who_asks(portico):
    ada = portico.user("ada")

    greeted = ada.post(f"{API}?rich=1", json=question("ada", "hi")).json()
    assert list(greeted) == ["userid", "content", "timestamp", "messages"]
    assert greeted["messages"] == [
        {"text": GREETING[0], "buttons": [{"title": "great", "payload": "great"}, {"title": "super sad", "payload": "super sad"}]}
    ]
    pressed = ada.post(f"{API}?rich=true", json=question("ada", "super sad", at="2026-01-01T11:00:00Z")).json()
    assert pressed["messages"][0] == {"text": CHEERING[0], "image": "https://i.imgur.com/nGF1K8f.jpg"}
    assert [m["messages"] is None for m in messages(ada, "?rich=1")] == [True, False, True, False]
    assert ada.get(f"{API}?rich=perhaps").status_code == 400


@pytest.mark.one_front
def test_lists_go_on_where_they_ended(portico):
    ada = portico.user("ada")
    for minute in range(5):
        say(ada, "ada" if minute % 2 else "ada:b", "hello", at=f"2026-01-01T10:0{minute}:00Z")

    whole, parts, path = messages(ada), [], "?limit=3"
    for _ in range(10):
        part = ada.get(API + path)
        parts += part.json()
        link = part.headers.get("Link")
        if not link:
            break
        assert link.startswith(f"<{portico.url}{API}?") and link.endswith('>; rel="next"')
        path = link[len(f"<{portico.url}{API}"):].split(">")[0]
    assert parts == whole and len(whole) == 10
    assert len(messages(ada, "?userid=ada")) == 4
    assert len(messages(ada, "?since=2026-01-01T10:03:00Z&userid=ada")) == 3  # a question and two answers
    for bad in ("?limit=0", "?limit=1001", "?after=-1", "?since=then"):
        assert ada.get(API + bad).status_code == 400


@pytest.mark.one_front
def test_a_history_is_read_page_by_page(portico):
    ada = portico.user("ada")
    for minute in range(4):
        say(ada, "ada:ä/b", "hello", at=f"2026-01-01T10:0{minute}:00Z")

    page = history(ada, "ada:ä/b", "?limit=5")
    assert page["userid"] == "ada:ä/b"
    first = page["results"][0]
    assert list(first) == ["id", "state", "content", "timestamp", "received_at", "reference", "messages"]
    assert (first["state"], first["reference"]) == ("answered", None)
    assert (page["results"][1]["state"], page["results"][1]["reference"]) == ("answer", first["id"])
    following = ada.get(page["next"][len(portico.url):]).json()
    assert [e["id"] for e in following["results"]] == [e["id"] for e in history(ada, "ada:ä/b")["results"][5:]]
    assert following["next"] is None
    assert ada.get(f"{API}conversations/ada:none/").status_code == 404
    lines = ada.get(f"{API}conversations/?limit=1").json()
    assert (lines["results"][0]["messages"], lines["results"][0]["waiting"]) == (8, 0)
    assert ada.get(lines["next"][len(portico.url):]).json() == {"next": None, "results": []}


@pytest.mark.one_front
def test_an_export_is_one_file(portico):
    ada = portico.user("ada")
    say(ada, "ada", "hello")

    answer = ada.get(f"{API}conversations/ada/export/")

    assert answer.headers["Content-Disposition"].startswith("attachment;")
    document = answer.json()
    assert (document["userid"], document["state"]) == ("ada", "asked_mood")
    assert [m["content"] for m in document["messages"]] == [["hello"], GREETING]
    assert json.loads(portico.cli("conversation", "export", "ada"))["messages"] == document["messages"]


def dump(portico):
    cnf = portico.front.world.database.folder / "root.cnf"
    return subprocess.run(
        ["mariadb-dump", f"--defaults-file={cnf}", portico.front.database], capture_output=True, check=True
    ).stdout.decode("utf-8", "replace")


@pytest.mark.one_front
def test_an_erased_conversation_leaves_nothing(portico):
    ada = portico.user("ada")
    say(ada, "ada", "hello")
    ada.post(API, json=question("ada:zebra", "my quagga"), headers={"Idempotency-Key": "k"})
    assert "quagga" in dump(portico)

    assert ada.delete(f"{API}conversations/ada:zebra/").status_code == 204

    left = dump(portico)
    assert "quagga" not in left and "zebra" not in left
    assert ada.delete(f"{API}conversations/ada:zebra/").status_code == 404
    assert [m["userid"] for m in messages(ada)] == ["ada", "ada"]
    portico.cli("conversation", "remove", "ada")
    assert messages(ada) == []
    assert portico.cli("conversation", "list").splitlines() == ["userid,messages,waiting"]


# ---- from the old server ----


@pytest.mark.one_front
def test_messages_of_the_old_server_are_brought_in(portico):
    root = portico.admin()
    portico.sql(
        """CREATE OR REPLACE TABLE boilerplate_message (id INT PRIMARY KEY AUTO_INCREMENT, userid VARCHAR(255), content LONGTEXT,
               timestamp DATETIME(6), reference_id INT NULL) CHARSET utf8mb4;
           INSERT INTO boilerplate_message VALUES (3, 'u1', '[\\'hi\\', "it\\'s"]', '2018-06-22 09:05:00.5', NULL),
               (4, 'u1', '[\\'Hey! How are you?\\']', '2018-06-22 09:07:00', 3), (9, 'u2', 'no list', '2018-06-22 09:08:00', NULL),
               (12, 'u2', '[]', '2018-06-22 09:09:00', 77)"""
    )
    try:
        words = ("import", "chatbot", "--database", portico.front.database)
        assert "Would import 2 questions and 2 answers" in portico.cli(*words, "--plan")
        assert messages(root) == []
        said = portico.cli(*words)
        assert "Imported 2 questions and 2 answers" in said and "1 contents were no list" in said and "1 answers have no question" in said
        assert messages(root) == [
            {"userid": "u1", "content": ["hi", "it's"], "timestamp": "2018-06-22T09:05:00.500000Z"},
            {"userid": "u1", "content": ["Hey! How are you?"], "timestamp": "2018-06-22T09:07:00Z"},
            {"userid": "u2", "content": ["no list"], "timestamp": "2018-06-22T09:08:00Z"},
            {"userid": "u2", "content": [], "timestamp": "2018-06-22T09:09:00Z"},
        ]
        assert [e["state"] for e in history(root, "u1")["results"]] == ["answered", "answer"]
        with pytest.raises(Exception, match="already"):
            portico.cli(*words)
        with pytest.raises(Exception, match="letters, digits"):
            portico.cli("import", "chatbot", "--database", "a`b")
    finally:
        portico.sql("DROP TABLE boilerplate_message")
