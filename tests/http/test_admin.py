"""test_admin.py - the administration: who gets in, who sees what, lists, deletion, notices. Users, groups and jobs are in
test_admin_users.py and test_admin_work.py, what a browser shows in test_admin_browser.py."""

import base64
import json
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.admin import BASE, Desk, grant, staff

pytestmark = pytest.mark.one_front

MESSAGES = "/boilerplate/message/"
LOGIN_ERROR = "Please enter the correct username and password for a staff account. Note that both fields may be case-sensitive."
EVIL = "<script>alert(1)</script>\"'><img src=x>"


def say(portico, userid, *lines, second=0):
    """A question that nobody answered, as a row; its number."""
    content = json.dumps(lines or ["hello"], ensure_ascii=False).replace("\\", "\\\\").replace("'", "''")
    name = userid.replace("'", "''")
    portico.sql(
        f"SET NAMES utf8mb4; INSERT IGNORE INTO chatbot_conversation (userid, created_at) VALUES ('{name}', '2026-01-01');"
        f"INSERT INTO chatbot_message (conversation_id, state, content, at, received_at, question_hash)"
        f" SELECT id, 2, '{content}', '2026-01-01' + INTERVAL {second} SECOND, NOW(6), UNHEX(SHA2(UUID(), 256))"
        f" FROM chatbot_conversation WHERE userid = '{name}'"
    )
    return int(portico.sql("SELECT MAX(id) FROM chatbot_message")[0][0])


def answer(portico, question, words="hi"):
    portico.sql(
        f"INSERT INTO chatbot_message (conversation_id, state, content, rich, at, received_at, reference)"
        f" SELECT conversation_id, 0, '[\"{words}\"]', '[]', at + INTERVAL 1 SECOND, NOW(6), id FROM chatbot_message WHERE id = {question}"
    )
    return int(portico.sql("SELECT MAX(id) FROM chatbot_message")[0][0])


def count(portico, table="chatbot_message"):
    return int(portico.sql(f"SELECT COUNT(*) FROM {table}")[0][0])


@pytest.fixture
def root(portico):
    return Desk(portico.admin())


# ---- the way in ----


def test_a_stranger_is_led_to_the_login_and_then_to_where_he_wanted(portico):
    portico.user("root", superuser=True, password="long enough words", login=False)
    desk = Desk(portico.anonymous())

    led = desk.get(MESSAGES + "?q=a%20b")
    assert (led.status, led.location) == (302, f"{BASE}/login/?next={BASE}{MESSAGES}%3Fq%3Da%2520b")

    page = desk.get(led.location[len(BASE):])
    assert (page.status, page.title) == (200, "Log in")
    done = desk.post("/login/", {"username": "root", "password": "long enough words", "next": page.values("next")[0]})
    assert (done.status, done.location) == (302, f"{BASE}{MESSAGES}?q=a%20b")
    assert desk.get(MESSAGES).status == 200
    assert desk.get("/login/").location == f"{BASE}/"


def test_every_failure_of_the_login_is_the_same_error(portico):
    portico.user("ana", password="long enough words", login=False)  # no staff
    portico.user("bob", password="long enough words", login=False)
    portico.sql("UPDATE account_user SET staff = 1, active = 0 WHERE username = 'bob'")

    for name, password in (("ana", "long enough words"), ("ana", "wrong"), ("bob", "long enough words"), ("nobody", "x"), ("", "")):
        desk = Desk(portico.anonymous())
        page = desk.log_in(name, password)
        assert (page.status, page.notice) == (200, LOGIN_ERROR), name
        assert "sessionid" not in desk.client.cookies
        assert page.values("username") == [name] and page.values("password") == [""]
    assert count(portico, "account_session") == 0


def test_guessing_at_the_login_is_throttled(portico):
    desk = Desk(portico.anonymous())

    pages = [desk.log_in("root", f"guess {n}") for n in range(12)]

    assert pages[0].status == 200
    assert (pages[-1].status, pages[-1].title) == (429, "Too many attempts")
    assert int(pages[-1].answer.headers["Retry-After"]) > 0
    assert pages[-1].answer.headers["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("next", ["//evil.example/", "https://evil.example/", "/\\evil.example/", "\\\\evil.example", "/\t/evil.example/",
                                  "javascript:alert(1)", "", "evil.example", "/" + "a" * 3000])
def test_the_login_leads_to_no_other_host(portico, next):
    portico.user("root", superuser=True, password="long enough words", login=False)
    desk = Desk(portico.anonymous())

    asked = desk.get("/login/", params={"next": next})
    assert asked.values("next") == [f"{BASE}/"]
    done = desk.post("/login/", {"username": "root", "password": "long enough words", "next": next})
    if done.status == 200:  # too long a field
        assert done.notice == LOGIN_ERROR
    else:
        assert (done.status, done.location) == (302, f"{BASE}/")


def test_the_login_form_needs_its_token(portico):
    portico.user("root", superuser=True, password="long enough words", login=False)
    desk = Desk(portico.anonymous())
    desk.get("/login/")

    for token in ("", "w" * 64):
        page = desk.post("/login/", {"username": "root", "password": "long enough words"}, token=token)
        assert (page.status, page.title) == (403, "403 Forbidden")
        assert "CSRF Failed" in page.words
    fresh = Desk(portico.anonymous())
    assert fresh.post("/login/", {"username": "root", "password": "long enough words"}).status == 403
    assert count(portico, "account_session") == 0
    assert desk.log_in("root", "long enough words").status == 302


def test_somebody_who_is_no_staff_is_told_so(portico):
    ana = Desk(portico.user("ana"))

    led = ana.get("/")
    assert (led.status, led.location) == (302, f"{BASE}/login/?next={BASE}/")
    page = ana.get("/login/")
    assert page.notice.startswith("You are authenticated as ana, but are not authorized to access this page.")
    assert ana.post(MESSAGES, {"action": "delete_selected"}).location.startswith(f"{BASE}/login/")


def test_a_session_alone_lets_in(portico):
    portico.user("root", superuser=True, password="long enough words", login=False)
    token = portico.cli("user", "token", "root").split()[-1]

    for client in (portico.client(basic=("root", "long enough words")), portico.client(token=token)):
        assert Desk(client).get("/").status == 302


def test_logging_out_takes_a_confirmation(root, portico):
    page = root.get("/logout/")
    assert (page.status, count(portico, "account_session")) == (200, 1)
    assert root.post("/logout/", token="w" * 64).status == 403
    assert count(portico, "account_session") == 1

    done = root.post("/logout/")

    assert (done.status, done.location) == (302, f"{BASE}/login/")
    assert count(portico, "account_session") == 0
    assert root.get("/login/").notice == "You are logged out."
    assert root.get("/").location.startswith(f"{BASE}/login/")


def test_pages_are_not_kept_and_not_framed_by_others(root):
    for path in ("/", "/login/", "/logout/", MESSAGES, "/nothing/"):
        headers = root.get(path).answer.headers
        assert "no-store" in headers["Cache-Control"], path
        assert headers["X-Frame-Options"] == "SAMEORIGIN"
    page = root.get("/")
    assert page.answer.headers["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'")
    assert not re.search(r"<script|\son\w+=|style=", page.text)


# ---- one's own password ----


def test_the_own_password_is_changed_and_other_sessions_end(portico):
    first = portico.user("root", superuser=True, password="long enough words")
    other = Desk(portico.anonymous())
    other.log_in("root", "long enough words")
    desk = Desk(first)
    old_key = first.cookies["sessionid"]

    wrong = desk.post("/password_change/", {"old_password": "no", "new_password1": "1234", "new_password2": "12345"})
    assert wrong.status == 200
    assert wrong.notice == "Please correct the errors below."
    assert wrong.faults("old_password") == "Your old password was entered incorrectly. Please enter it again."
    assert "The two password fields didn't match." in wrong.faults("new_password2")
    assert "This password is too short." in wrong.faults("new_password2")
    assert "long enough" not in wrong.text and other.get("/").status == 200

    done = desk.post("/password_change/", {"old_password": "long enough words", "new_password1": "other long words",
                                           "new_password2": "other long words"})
    assert (done.status, done.location) == (302, f"{BASE}/password_change/done/")
    assert desk.get("/password_change/done/").title == "Password change successful"
    assert first.cookies["sessionid"] != old_key
    assert other.get("/").status == 302
    assert Desk(portico.anonymous()).log_in("root", "other long words").status == 302


# ---- who may what ----

VERBS = ("view", "add", "change", "delete")


@pytest.mark.parametrize("held", [None, *VERBS])
def test_a_permission_opens_what_it_is_for(portico, held):
    desk = staff(portico, "ana", *([f"chatbot.message.{held}"] if held else []))
    message = say(portico, "ada")

    seen = 200 if held else 403
    index = desk.get("/")
    assert ("Messages" in index.words) == bool(held)
    assert ("You don't have permission to edit anything." in index.words) == (not held)
    assert desk.get("/boilerplate/").status == seen
    assert desk.get(MESSAGES).status == seen
    assert desk.get(f"{MESSAGES}{message}/change/").status == seen
    assert desk.get(f"{MESSAGES}{message}/history/").status == seen
    deletes = 200 if held == "delete" else 403
    assert desk.get(f"{MESSAGES}{message}/delete/").status == deletes
    chosen = {"action": "delete_selected", "_selected_action": message}
    assert desk.post(MESSAGES, chosen).status == deletes
    assert desk.get(f"{MESSAGES}add/").status == 403  # nobody writes messages here
    assert desk.post(f"{MESSAGES}{message}/change/", {}).status == 403
    assert count(portico) == 1
    for path, data in ((f"{MESSAGES}{message}/delete/", {"post": "yes"}),):
        done = desk.post(path, data)
        assert (done.status, count(portico)) == ((302, 0) if held == "delete" else (403, 1))


def test_a_group_gives_the_permission_as_well(portico):
    desk = staff(portico, "ana")
    assert desk.get(MESSAGES).status == 403

    portico.sql("""INSERT INTO account_group (name) VALUES ('readers');
        INSERT INTO account_group_permission SELECT id, 'chatbot.message.view' FROM account_group;
        INSERT INTO account_membership SELECT u.id, g.id FROM account_user u, account_group g""")

    assert desk.get(MESSAGES).status == 200


def test_permissions_of_others_and_names_alike_open_nothing(portico):
    desk = staff(portico, "ana", "chatbot.messages.view", "chatbot.message", "chatbot.message.view.all", "facility.image.view")

    assert desk.get(MESSAGES).status == 403


def test_what_is_held_without_being_staff_lets_nobody_in(portico):
    client = portico.user("ana")
    grant(portico, "ana", "chatbot.message.delete")

    assert Desk(client).get(MESSAGES).location.startswith(f"{BASE}/login/")


@pytest.mark.parametrize("end", ["DELETE FROM account_session", "UPDATE account_user SET active = 0",
                                 "UPDATE account_user SET staff = 0"])
def test_a_session_that_is_over_changes_nothing_any_more(portico, end):
    desk = staff(portico, "ana", "chatbot.message.delete")
    message = say(portico, "ada")
    assert desk.get(MESSAGES).status == 200

    portico.sql(end)

    assert desk.get(MESSAGES).location.startswith(f"{BASE}/login/")
    assert desk.post(f"{MESSAGES}{message}/delete/", {"post": "yes"}).location.startswith(f"{BASE}/login/")
    assert count(portico) == 1


@pytest.mark.parametrize("token", ["", "wrong", "w" * 64])
def test_nothing_is_changed_without_the_token(root, portico, token):
    message = say(portico, "ada")

    for path, data in ((MESSAGES, {"action": "delete_selected", "_selected_action": message, "post": "yes"}),
                       (f"{MESSAGES}{message}/delete/", {"post": "yes"}), ("/password_change/", {}), ("/logout/", {})):
        page = root.post(path, data, token=token)
        assert (page.status, page.title) == (403, "403 Forbidden"), path
    assert count(portico) == 1


def test_a_page_of_another_site_changes_nothing(root, portico):
    message = say(portico, "ada")

    page = root.post(f"{MESSAGES}{message}/delete/", {"post": "yes"}, headers={"Origin": "https://evil.example"})

    assert (page.status, count(portico)) == (403, 1)


def test_what_is_not_there_is_said_in_the_frame(root):
    for path in ("/nothing/", "/nothing/message/", "/boilerplate/nothing/", "/a/b/c/d/e/"):
        page = root.get(path)
        assert (page.status, page.answer.headers["Content-Type"]) == (404, "text/html; charset=utf-8"), path
    wrong = Desk(root.client).client.request("PUT", f"{BASE}{MESSAGES}", contract=False)
    assert (wrong.status_code, wrong.headers["Content-Type"]) == (405, "text/html; charset=utf-8")
    assert wrong.headers["Allow"] == "GET, POST, HEAD, OPTIONS"


@pytest.mark.parametrize("key", ["999999", "abc", "-1", "0", "9" * 30, "%00", "1%2F2", "1 OR 1"])
def test_an_object_that_is_not_there_leads_to_the_index(root, portico, key):
    say(portico, "ada")

    page = root.get(f"{MESSAGES}{key}/change/")

    if page.status == 302:
        assert page.location == f"{BASE}/"
        assert "doesn’t exist. Perhaps it was deleted?" in root.get("/").notice
        assert root.get("/").notice is None  # once
    else:
        assert page.status in (400, 404)


# ---- the list ----


def test_the_list_shows_messages_newest_first(root, portico):
    question = say(portico, "ada", "hello there", second=5)
    reply = answer(portico, question, "Hey!")

    page = root.get(MESSAGES)

    assert page.rows == [[str(reply), "ada", "2026-01-01 00:00:06 UTC", "Hey!", "Yes"],
                         [str(question), "ada", "2026-01-01 00:00:05 UTC", "hello there", "No"]]
    assert "2 messages" in page.words
    shown = root.get(f"{MESSAGES}{question}/change/")
    assert "hello there" in shown.words and "answered" in shown.words
    assert root.get(f"{MESSAGES}{question}/").location == f"{BASE}{MESSAGES}{question}/change/"


def test_all_lines_of_a_message_are_shown(root, portico):
    message = say(portico, "ada", "one", "two \"quoted\" \\ back", "🎉")

    assert "<pre>one\ntwo &quot;quoted&quot; \\ back\n🎉</pre>" in root.get(f"{MESSAGES}{message}/change/").text


def test_columns_sort_and_the_key_decides_between_equals(root, portico):
    ids = [say(portico, userid, second=1) for userid in ("b", "a", "b", "a")]

    def order(o):
        return [int(row[0]) for row in root.get(f"{MESSAGES}?o={o}").rows]

    assert order("2") == [ids[3], ids[1], ids[2], ids[0]]
    assert order("-2") == [ids[2], ids[0], ids[3], ids[1]]
    assert order("2.1") == [ids[1], ids[3], ids[0], ids[2]]
    assert order("-2.-1") == [ids[2], ids[0], ids[3], ids[1]]
    assert order("1") == ids
    for nothing in ("0", "99", "-", "x", "4", "1e9", "--1", "." * 100, "1;DROP TABLE x"):
        assert len(order(nothing)) == 4, nothing
    assert 'aria-sort="descending"' in root.get(f"{MESSAGES}?o=-2").text
    assert root.get(f"{MESSAGES}?o=-2").links("Userid")[0] == "?o=2"
    assert root.get(f"{MESSAGES}?o=2").links("ID")[0] == "?o=1.2"


def test_pages_repeat_and_lose_nothing_where_all_is_equal(root, portico):
    say(portico, "ada", second=1)
    portico.sql("""INSERT INTO chatbot_message (conversation_id, state, content, at, received_at, question_hash)
        SELECT conversation_id, 2, content, at, received_at, UNHEX(SHA2(seq, 256)) FROM chatbot_message, seq_1_to_249""")

    pages = [root.get(f"{MESSAGES}?o=2&p={p}") for p in range(3)]
    ids = [row[0] for page in pages for row in page.rows]

    assert [len(page.rows) for page in pages] == [100, 100, 50]
    assert len(set(ids)) == 250
    assert "250 messages" in pages[0].words
    assert pages[0].links("3") == ["?o=2&p=2"] and pages[0].links("Show all") == []  # too many for that
    assert root.get(f"{MESSAGES}?all=").rows == root.get(MESSAGES).rows
    assert root.get(f"{MESSAGES}?p=3").location == f"{BASE}{MESSAGES}?e=1"
    portico.sql("DELETE FROM chatbot_message ORDER BY id LIMIT 60")
    assert len(root.get(f"{MESSAGES}?all=").rows) == 190
    assert root.get(MESSAGES).links("Show all") == ["?all="]


def test_every_word_of_a_search_must_be_somewhere(root, portico):
    one = say(portico, "ada", "The quick Fox")
    two = say(portico, "bob", "slow fox", "and \"more\" 100%")
    say(portico, "eve", "dog")

    def found(words):
        return {int(row[0]) for row in root.get(MESSAGES, params={"q": words}).rows}

    assert found("FOX") == {one, two}
    assert found("fox ada") == {one}
    assert found("fox zebra") == set()
    assert found("100%") == {two}
    assert found("%") == {two}
    assert found("\"more\"") == {two}
    assert found("_") == set()
    assert found("' OR 1=1 --") == set()
    assert root.get(MESSAGES, params={"q": EVIL}).text.count("<script") == 0
    assert root.get(MESSAGES, params={"q": "x" * 5000}).status == 200


def test_filters_narrow_and_stay_while_sorting(root, portico):
    today = say(portico, "ada", "now")
    portico.sql("UPDATE chatbot_message SET at = NOW(6)")
    old = say(portico, "ada:2")

    def found(address):
        return {int(row[0]) for row in root.get(MESSAGES + address).rows}

    page = root.get(MESSAGES)
    assert found(page.links("Today")[0]) == {today}
    assert found(page.links("Past 7 days")[0]) == {today}
    assert found(page.links("Any date")[0]) == {today, old}
    assert found("?userid__exact=ada") == {today}
    assert found("?userid__exact=ada%3A2") == {old}
    assert found("?userid__exact=nobody") == set()
    assert found("?timestamp__lt=2026-01-02T00:00:00Z") == {old}
    assert root.get(f"{MESSAGES}?userid__exact=ada").links("Timestamp") == ["?userid__exact=ada&o=3"]


@pytest.mark.parametrize("query", ["nothing=1", "userid=ada", "userid__like=a", "timestamp__gte=yesterday", "p=-1", "p=x", "o=1&x=2",
                                   "content__contains=a", "conversation__userid=x"])
def test_a_filter_that_is_unknown_leads_to_the_whole_list(root, query):
    page = root.get(f"{MESSAGES}?{query}")

    assert (page.status, page.location) == (302, f"{BASE}{MESSAGES}?e=1")
    assert root.get(f"{MESSAGES}?e=1").status == 200
    assert root.post(f"{MESSAGES}?{query}", {"action": "delete_selected", "select_across": "1"}).location.endswith("?e=1")


def test_no_list_tells_anything_about_passwords(root):
    for name in ("password", "password__startswith", "password_hash__exact"):
        assert root.get(f"/boilerplate/message/?{name}=a").status == 400


# ---- deletion ----


def test_a_question_takes_its_answer_along(root, portico):
    question = say(portico, "ada", "hello")
    answer(portico, question, "hey you")

    page = root.get(f"{MESSAGES}{question}/delete/")
    assert page.title == "Are you sure?"
    assert "Along with them: 1 answer" in page.words and "ada: hey you" in page.words
    done = root.post(f"{MESSAGES}{question}/delete/", {"post": "yes"})

    assert (done.status, done.location, count(portico)) == (302, f"{BASE}{MESSAGES}", 0)
    assert root.get(MESSAGES).notice == "Successfully deleted the message “ada: hello”."
    assert portico.sql("SELECT actor_name, action, object_kind, object_id, object_name FROM account_audit ORDER BY id DESC LIMIT 1") == [
        ["root", "remove", "message", str(question), "-"]]
    assert root.get(f"{MESSAGES}{question}/delete/").location == f"{BASE}/"


def test_a_question_that_lost_its_answer_is_answered_anew(root, portico):
    ask = {"userid": "root", "timestamp": "2026-01-01T10:00:00Z", "content": ["hello"]}
    first = root.client.post("/api/v1/chatbot/", json=ask).json()
    reply = portico.sql("SELECT id FROM chatbot_message WHERE state = 0")[0][0]

    root.post(f"{MESSAGES}{reply}/delete/", {"post": "yes"})

    assert portico.sql("SELECT state FROM chatbot_message") == [["3"]]
    again = root.client.post("/api/v1/chatbot/", json=ask)
    assert (again.status_code, count(portico)) == (201, 2)
    assert again.json()["timestamp"] != first["timestamp"]


def test_a_deleted_message_is_not_repeated_by_a_key(root, portico):
    ask = {"userid": "root", "timestamp": "2026-01-01T10:00:00Z", "content": ["hello"]}
    key = {"Idempotency-Key": "one"}
    root.client.post("/api/v1/chatbot/", json=ask, headers=key)
    assert count(portico, "web_idempotency") == 1
    question = portico.sql("SELECT id FROM chatbot_message WHERE state = 2")[0][0]

    root.post(f"{MESSAGES}{question}/delete/", {"post": "yes"})

    assert (count(portico), count(portico, "web_idempotency")) == (0, 0)


def test_several_are_deleted_after_a_page_that_lists_them(root, portico):
    ids = [say(portico, f"user{n}") for n in range(3)]
    answer(portico, ids[0])
    stays = say(portico, "stays")
    chosen = [("action", "delete_selected")] + [("_selected_action", n) for n in ids]

    page = root.post(MESSAGES, chosen)
    assert (page.status, page.title, count(portico)) == (200, "Are you sure?", 5)
    assert page.values("_selected_action") == [str(n) for n in ids]
    assert "3 messages" in page.words and "Along with them: 1 answer" in page.words and "stays" not in page.words
    done = root.post(MESSAGES, chosen + [("post", "yes")])

    assert (done.status, done.location) == (302, f"{BASE}{MESSAGES}")
    assert portico.sql("SELECT id FROM chatbot_message") == [[str(stays)]]
    assert root.get(MESSAGES).notice == "Successfully deleted 3 messages."
    assert root.get(MESSAGES).notice is None


def test_nothing_chosen_changes_nothing(root, portico):
    message = say(portico, "ada")

    for data, words in (({"action": "delete_selected"}, "Items must be selected in order to perform actions on them. No items have been changed."),
                        ({"action": "", "_selected_action": message}, "No action selected."),
                        ({"action": "explode", "_selected_action": message}, "No action selected."),
                        ({"action": "delete_selected", "_selected_action": "1 OR 1", "post": "yes"}, "Items must be selected in order to perform"),
                        ({}, "No action selected.")):
        assert root.post(MESSAGES + "?o=1", data).location == f"{BASE}{MESSAGES}?o=1"
        assert root.get(MESSAGES).notice.startswith(words)
    assert count(portico) == 1


def test_all_pages_are_chosen_as_far_as_one_action_goes(root, portico):
    say(portico, "ada", second=1)
    portico.sql("""INSERT INTO chatbot_message (conversation_id, state, content, at, received_at, question_hash)
        SELECT conversation_id, 2, content, at, received_at, UNHEX(SHA2(seq, 256)) FROM chatbot_message, seq_1_to_1000""")
    say(portico, "bob")
    across = {"action": "delete_selected", "select_across": "1"}

    assert root.post(MESSAGES, across).location == f"{BASE}{MESSAGES}"
    assert root.get(MESSAGES).notice == "Nothing was done: that many at once would hold up others. At most 900 messages can be selected."
    one = root.post(f"{MESSAGES}?userid__exact=bob", across)
    assert len(one.values("_selected_action")) == 1
    portico.sql("DELETE FROM chatbot_message WHERE state = 2 ORDER BY id LIMIT 101")
    page = root.post(f"{MESSAGES}?userid__exact=ada", across)
    assert len(page.values("_selected_action")) == 900 and "and 800 more" in page.words
    done = root.post(f"{MESSAGES}?userid__exact=ada",
                     [("action", "delete_selected"), ("post", "yes")] + [("_selected_action", n) for n in page.values("_selected_action")])
    assert (done.status, count(portico)) == (302, 1)
    assert root.get(MESSAGES).notice == "Successfully deleted 900 messages."


def test_of_several_that_delete_the_same_each_is_told_what_he_deleted(portico):
    desks = [Desk(portico.admin(f"root{n}")) for n in range(6)]
    ids = [say(portico, f"user{n % 7}") for n in range(60)]

    def delete(n):
        order = ids if n % 2 else ids[::-1]
        done = desks[n].post(MESSAGES, [("action", "delete_selected"), ("post", "yes")] + [("_selected_action", i) for i in order])
        assert done.status == 302, done.words
        return int(re.search(r"deleted (\d+) message", desks[n].get(MESSAGES).notice).group(1))

    with ThreadPoolExecutor(len(desks)) as pool:
        deleted = list(pool.map(delete, range(len(desks))))

    assert (sum(deleted), count(portico)) == (60, 0), deleted
    assert int(portico.sql("SELECT COUNT(*) FROM account_audit WHERE object_kind = 'message'")[0][0]) == 60


# ---- what came from outside ----


def test_what_came_from_outside_is_escaped_everywhere(portico):
    portico.user("root", superuser=True, login=False)
    portico.sql(f"""INSERT INTO account_user (uuid, username, password_hash, joined_at, staff, superuser)
        VALUES (UUID(), '<b onclick=x>', '!', NOW(6), 1, 1)""")
    desk = Desk(portico.admin("eve"))
    portico.sql("UPDATE account_user SET username = '<i onclick=y>' WHERE username = 'eve'")
    message = say(portico, EVIL, EVIL)
    answer(portico, message)

    for page in (desk.get("/"), desk.get(MESSAGES), desk.get(f"{MESSAGES}{message}/change/"), desk.get(f"{MESSAGES}{message}/delete/"),
                 desk.get(f"{MESSAGES}{message}/history/"), desk.get("/logout/"),
                 desk.post(MESSAGES, {"action": "delete_selected", "_selected_action": message})):
        assert page.status == 200
        assert "<script" not in page.text and "<img" not in page.text and "<i onclick" not in page.text and "<b onclick" not in page.text
        assert "&lt;i onclick=y&gt;" in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in desk.get(MESSAGES).text
    assert desk.get("/%3Cscript%3E/").text.count("<script") == 0


@pytest.mark.parametrize("cookie", ["", "1", ".", "99.YQ", "-1.YQ", "0", "0.!!!", "0." + "A" * 3000, "0.gICA", "x.YQ", "1." + "=" * 10, "0.AAAA"])
def test_a_notice_that_is_not_ours_is_not_said(root, cookie):
    root.client.cookies.set("messages", cookie)

    page = root.get("/")

    assert (page.status, page.notice) == (200, None)


def test_a_planted_notice_is_text_in_a_sentence_of_ours(root):
    root.client.cookies.set("messages", "0." + base64.urlsafe_b64encode(EVIL.encode()).decode().rstrip("="))

    page = root.get("/")

    assert page.notice == f"Successfully deleted {EVIL}." and "<script" not in page.text
    assert "messages=\"\"" in page.answer.headers["Set-Cookie"]


def test_the_route_table_knows_the_pages_and_the_contract_does_not(portico):
    assert f"{BASE}/{{app}}/{{model}}/" in portico.cli("routes")
    assert BASE not in portico.anonymous().get("/api/openapi.json").text.replace("openapi", "")


def test_while_the_database_is_away_pages_say_so(root, front):
    front.world.database.stop()
    try:
        page = root.get(MESSAGES)
        assert (page.status, page.answer.headers["Content-Type"]) == (503, "text/html; charset=utf-8")
        assert int(page.answer.headers["Retry-After"]) > 0
        assert "try again later" in page.words and "SQL" not in page.text and "mysql" not in page.text.lower()
        lost = Desk(root.client).post("/login/", {"username": "root", "password": "x"})
        assert lost.status == 503
    finally:
        front.world.database.start()


def test_the_notice_is_no_business_of_scripts(root, portico):
    message = say(portico, "a" * 255, "w" * 80)

    done = root.post(f"{MESSAGES}{message}/delete/", {"post": "yes"})

    cookie = next(line for line in done.answer.raw.headers.getlist("Set-Cookie") if line.startswith("messages="))
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and len(cookie) < 1500 and "Max-Age" not in cookie
    assert root.get(MESSAGES).notice.startswith("Successfully deleted the message “aaa")
