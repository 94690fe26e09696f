"""test_admin_browser.py - the administration as headless Chromium shows it, without a script, at a desk's and at a phone's width.
PORTICO_SHOTS names a folder for pictures."""


import pytest

from harness.admin import BASE

pytestmark = pytest.mark.one_front

PASSWORD = "long enough words"


@pytest.fixture
def filled(portico):
    """Some conversations, and who may administer them."""
    client = portico.user("root", superuser=True, password=PASSWORD)
    for n, words in enumerate(("hello", "I am sad", "goodbye", "<img src=x onerror=alert(1)>")):
        answer = client.post("/api/v1/chatbot/", json={"userid": f"visitor {n}", "timestamp": f"2026-01-0{n + 1}T10:00:00Z", "content": [words, "w" * 90]})
        assert answer.status_code in (201, 503)
    return portico


def text(browser, selector):
    return browser.evaluate(f"document.querySelector({selector!r})?.innerText")


def click(browser, selector):
    browser.evaluate(f"window.leaving = true; document.querySelector({selector!r}).click()")
    browser.loaded()


def send(browser, form, **values):
    """Fills a form's fields and presses its first button."""
    for name, value in values.items():
        browser.evaluate(f"document.querySelector({form!r}).elements[{name!r}].value = {value!r}")
    browser.evaluate(f"window.leaving = true; document.querySelector({form!r}).querySelector('button').click()")
    browser.loaded()


def log_in(portico, browser, path="/"):
    browser.open(portico.url + BASE + path)
    send(browser, "main form", username="root", password=PASSWORD)


def test_a_day_at_the_desk(filled, browser):
    browser.open(filled.url + BASE + "/boilerplate/message/")
    assert text(browser, "h1") == "Log in"
    browser.shot("admin-login")
    send(browser, "main form", username="root", password="wrong words")
    assert "Please enter the correct username and password" in text(browser, "main [role=alert]")
    send(browser, "main form", username="root", password=PASSWORD)

    assert text(browser, "h1") == "Select message to view"
    count = browser.evaluate("document.querySelectorAll('tbody tr').length")
    browser.shot("admin-messages")
    send(browser, "form[role=search]", q="GOODBYE")
    assert browser.evaluate("document.querySelectorAll('tbody tr').length") == 1
    assert browser.evaluate("document.querySelector('[name=q]').value") == "GOODBYE"
    click(browser, "tbody a")
    assert "goodbye" in text(browser, "pre")
    browser.shot("admin-message")
    click(browser, ".tools a:last-child")
    assert text(browser, "h1") == "Are you sure?"
    browser.shot("admin-delete")
    click(browser, "main form button")

    assert text(browser, ".notice").startswith("Successfully deleted the message “visitor 2: goodbye")
    assert browser.evaluate("document.querySelectorAll('tbody tr').length") < count
    browser.shot("admin-notice")
    browser.open(filled.url + BASE + "/")
    assert browser.evaluate("document.querySelector('.notice')") is None
    assert "Removed." in text(browser, "section")
    browser.shot("admin-index")
    click(browser, "nav.who a:last-child")
    click(browser, "main form button")
    assert text(browser, ".notice") == "You are logged out."
    assert filled.sql("SELECT COUNT(*) FROM account_session") == [["1"]]  # that of the client which filled it
    assert browser.errors == []


def test_ticked_messages_are_deleted_together(filled, browser):
    log_in(filled, browser, "/boilerplate/message/?o=1")
    browser.evaluate("document.querySelectorAll('[name=_selected_action]').forEach((box, n) => { box.checked = n < 2 })")
    browser.evaluate("document.querySelector('[name=action]').value = 'delete_selected'")
    browser.evaluate("window.leaving = true; document.querySelector('.actions button').click()")
    browser.loaded()
    assert browser.evaluate("document.querySelectorAll('[name=_selected_action]').length") == 2
    click(browser, "main form button")
    assert text(browser, ".notice") == "Successfully deleted 2 messages."
    assert browser.errors == []


def test_a_user_is_changed_with_a_form(filled, browser):
    log_in(filled, browser, "/auth/user/")
    click(browser, "tbody a")
    browser.shot("admin-user")
    browser.evaluate("document.querySelector('[name=first_name]').value = 'Ruth'")
    browser.evaluate("document.querySelector('[value=\"chatbot.message.view\"]').click()")
    click(browser, ".buttons button")
    assert text(browser, ".notice") == "The user “root” was changed successfully."
    assert filled.sql("SELECT first_name FROM account_user") == [["Ruth"]]
    assert filled.sql("SELECT permission FROM account_user_permission") == [["chatbot.message.view"]]


PATHS = ("/", "/login/", "/boilerplate/message/", "/auth/user/", "/auth/user/add/", "/auth/group/add/", "/work" + "/schedule/",
         "/admin/logentry/", "/password_change/", "/logout/", "/nothing/")


def test_a_phone_shows_it_without_scrolling_sideways(filled, browser):
    log_in(filled, browser)
    browser.size(360, 740)
    user = filled.sql("SELECT MAX(id) FROM account_user")[0][0]
    message = filled.sql("SELECT MAX(id) FROM chatbot_message")[0][0]

    for path in (*PATHS, f"/auth/user/{user}/change/", f"/boilerplate/message/{message}/change/", f"/boilerplate/message/{message}/delete/"):
        browser.open(filled.url + BASE + path)
        assert browser.evaluate("document.documentElement.scrollWidth") <= 360, path
        small = browser.evaluate("[...document.querySelectorAll('main button, main select, main .tick')].filter(b => b.offsetParent && b.offsetHeight < 39).map(b => b.outerHTML)")
        assert small == [], path
    browser.open(filled.url + BASE + "/boilerplate/message/")
    browser.shot("admin-phone")
    browser.open(filled.url + BASE + f"/auth/user/{user}/change/")
    browser.shot("admin-phone-user")
    assert browser.errors == [] or all("404" in error for error in browser.errors)


def test_a_screen_reader_meets_landmarks_headings_and_named_fields(filled, browser):
    log_in(filled, browser)
    user = filled.sql("SELECT MAX(id) FROM account_user")[0][0]

    for path in (*PATHS, f"/auth/user/{user}/change/"):
        browser.open(filled.url + BASE + path)
        tree = browser.tree()
        assert {"banner", "main"} <= {role for role, _ in tree}, path
        assert len([name for role, name in tree if role == "heading" and name]) >= 1, path
        fields = [name for role, name in tree if role in ("textbox", "searchbox", "combobox", "checkbox", "listbox", "button")]
        assert all(fields), (path, fields)
        assert browser.evaluate("document.querySelectorAll('h1').length") == 1
        ids = browser.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
        assert len(ids) == len(set(ids)), path
        tied = browser.evaluate("[...document.querySelectorAll('[aria-describedby]')].flatMap(e => e.getAttribute('aria-describedby').split(' '))")
        assert set(tied) <= set(ids), path


def test_the_keyboard_reaches_everything(filled, browser):
    log_in(filled, browser, "/boilerplate/message/")
    reached = []

    for _ in range(40):
        browser.key("Tab")
        reached.append(browser.evaluate("document.activeElement.name || document.activeElement.textContent.slice(0, 30)"))

    assert reached[0] == "Skip to the content"
    assert {"q", "action", "_selected_action", "Userid", "Log out", "Filter"} <= set(reached)
