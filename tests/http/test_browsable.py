"""test_browsable.py - the page a browser gets in the place of bare JSON (accounts-and-conventions.md section 13), as headless
Chromium shows it. PORTICO_SHOTS names a folder for pictures."""

import re

import pytest


pytestmark = pytest.mark.one_front

USERS = "/api/users/"
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def text(browser, selector):
    return browser.evaluate(f"document.querySelector({selector!r})?.innerText")


def own(client):
    return "/" + client.get(USERS).json()[0]["url"].split("/", 3)[3]


def signed_in(portico, browser, admin):
    browser.take_cookies(admin)


# ---- the page as bytes ----


def test_every_address_of_every_app_is_a_page_for_a_browser(portico, contract):
    admin = portico.admin()

    for method, path, operation in contract.operations():
        media = operation["responses"].get("200", {}).get("content", {})
        if method != "GET" or "application/json" not in media or "text/html" not in media or operation.get("x-changes"):
            continue
        answer = admin.get(re.sub(r"\{[^}]*\}", "1", path), headers=HTML)
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8", path
        assert "<h1>" in answer.text and "What can be done here" in answer.text
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'; script-src 'self'")
        assert not re.search(r"<script(?![^>]* src=\"/)|\son\w+=|style=", answer.text), path


def test_what_came_from_outside_is_escaped(portico):
    admin = portico.admin()
    evil = "<script>alert(1)</script>\"'><img src=x>"
    admin.post("/api/groups/", json={"name": evil})

    page = admin.get("/api/groups/", headers=HTML).text
    echo = admin.get("/api/groups/?page=%22%3E%3Cscript%3Ealert(2)%3C/script%3E", headers=HTML)
    form = admin.post("/api/groups/", data={"name": evil + "x" * 80}, headers=HTML)

    assert "<script>alert" not in page and "<img" not in page
    assert (echo.status_code, "<script>alert" in echo.text) == (404, False)
    assert (form.status_code, "<script>alert" in form.text) == (400, False)


def test_a_refusal_is_a_page_with_its_own_status(portico):
    nobody = portico.anonymous()

    for path, status in ((USERS, 403), ("/api/nothing/", 404), ("/api/users/?format=xml", 404)):
        answer = nobody.get(path, headers=HTML)
        assert answer.status_code == status
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert f"HTTP {status}" in answer.text


def test_clients_that_ask_for_json_never_see_a_page(portico):
    admin = portico.admin()

    for accept in (None, "*/*", "application/json, text/plain, */*"):
        assert admin.get("/api/facility/images/", headers={"Accept": accept}).headers["Content-Type"] == "application/json"


# ---- as a browser shows it ----


def test_a_list_shows_its_answer_with_links_and_a_form(portico, browser):
    admin = portico.admin()
    browser.take_cookies(admin)

    browser.open(portico.url + USERS)

    assert browser.evaluate("document.title") == "User List – Portico"
    assert text(browser, "h1") == "User List"
    assert text(browser, "nav ol").split() == ["Api", "Root", "User", "List"]
    assert "Signed in as root" in text(browser, "header")
    assert "HTTP 200 OK" in text(browser, ".exchange")
    assert browser.evaluate("document.querySelector('.body a').href") == portico.url + own(admin)
    assert browser.evaluate("getComputedStyle(document.querySelector('.body')).whiteSpace").startswith("pre-wrap")
    assert browser.evaluate("[...document.querySelectorAll('form[data-verb=POST].plain [name]')].map(f => f.name)") == [
        "csrfmiddlewaretoken", "username", "email", "groups", "password",
    ]
    browser.shot("list")
    assert browser.errors == []


def test_a_link_in_the_answer_leads_to_the_item(portico, browser):
    admin = portico.admin()
    browser.take_cookies(admin)
    browser.open(portico.url + USERS)

    browser.evaluate("window.leaving = true; document.querySelector('.body a').click()")
    browser.loaded()

    assert text(browser, "h1") == "User Instance"
    assert text(browser, "nav ol").split() == ["Api", "Root", "User", "List", "User", "Instance"]
    browser.shot("item")


def test_a_form_is_sent_without_a_script(portico, browser):
    admin = portico.admin()
    browser.take_cookies(admin)
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(portico.url + USERS)
        browser.evaluate("""(() => { const form = document.querySelector('form.plain');
            form.querySelector('[name=username]').value = 'ana'; window.leaving = true; form.submit(); })()""")
        browser.loaded()
    finally:
        browser.call("Emulation.setScriptExecutionDisabled", value=False)

    assert "HTTP 201 Created" in text(browser, ".exchange")
    assert '"username": "ana"' in text(browser, ".body")
    assert browser.evaluate("document.querySelectorAll('.scripted:not([hidden])').length") == 0


def test_a_refused_form_comes_back_with_its_words_beside_the_fields(portico, browser):
    admin = portico.admin()
    browser.take_cookies(admin)
    browser.open(portico.url + USERS)

    browser.evaluate("""(() => { const form = document.querySelector('form.plain');
        form.querySelector('[name=username]').value = 'root'; form.querySelector('[name=password]').value = '123';
        window.leaving = true; form.requestSubmit(); })()""")
    browser.loaded()

    assert "HTTP 400 Bad Request" in text(browser, ".exchange")
    assert text(browser, "#POST-username-wrong").strip() == "A user with that username already exists."
    assert browser.evaluate("document.querySelector('#POST-username').value") == "root"
    assert browser.evaluate("document.querySelector('#POST-username').getAttribute('aria-invalid')") == "true"
    assert browser.evaluate("document.querySelector('#POST-password').value") == ""
    assert "too short" in text(browser, "#POST-password-wrong")
    browser.shot("refused")


def test_put_patch_options_and_delete_are_sent_by_the_script(portico, browser):
    admin = portico.admin()
    ants = admin.post("/api/groups/", json={"name": "ants"}).json()["url"]
    ana = admin.post(USERS, json={"username": "ana", "groups": [ants]}).json()["url"]
    browser.take_cookies(admin)
    browser.open(ana)
    browser.wait("document.querySelector('#PUT-groups option')?.textContent === 'ants'")

    assert browser.evaluate("document.querySelector('#PUT-username').value") == "ana"
    browser.evaluate("""(() => { const form = document.querySelector('form.plain[data-verb=PUT].plain');
        form.querySelector('[name=email]').value = 'ana@example.org'; form.requestSubmit(); })()""")
    browser.wait("document.querySelector('#tried').innerText.includes('HTTP 200')")
    assert admin.get("/" + ana.split("/", 3)[3]).json()["email"] == "ana@example.org"
    assert admin.get("/" + ana.split("/", 3)[3]).json()["groups"] == [ants]

    browser.evaluate("""(() => { const form = document.querySelector('form.raw');
        form.elements.content.value = '{"email": ""}'; form.requestSubmit(form.querySelector('[value=PATCH]')); })()""")
    browser.wait("document.querySelector('#tried').innerText.includes('\"email\": \"\"')")

    browser.evaluate("document.querySelector('button[data-verb=OPTIONS]').click()")
    browser.wait("document.querySelector('#tried').innerText.includes('User Instance')")

    browser.evaluate("document.querySelector('button[data-verb=DELETE]').click()")
    browser.wait("document.querySelector('#sure').open")
    browser.shot("delete")
    browser.evaluate("document.querySelector('#sure [value=no]').click()")
    browser.evaluate("new Promise((done) => setTimeout(done, 100))")  # the dialog tells of its end a little later
    assert admin.get("/" + ana.split("/", 3)[3]).status_code == 200
    browser.evaluate("document.querySelector('button[data-verb=DELETE]').click()")
    browser.evaluate("document.querySelector('#sure [value=yes]').click()")
    browser.wait("document.querySelector('#tried').innerText.includes('HTTP 204')")
    assert admin.get("/" + ana.split("/", 3)[3]).status_code == 404
    assert browser.errors == []


def test_a_phone_shows_it_without_scrolling_sideways(portico, browser):
    admin = portico.admin()
    admin.post(USERS, json={"username": "a" * 150, "email": "a@" + "b" * 60 + "." + "c" * 60 + ".org"})
    browser.take_cookies(admin)
    browser.size(360, 740)

    for path in (USERS, own(admin), "/api/", "/api/facility/images/"):
        browser.open(portico.url + path)
        assert browser.evaluate("document.documentElement.scrollWidth") <= 360, path
        assert browser.evaluate("Math.min(...[...document.querySelectorAll('main button:not([hidden])')]"
                                ".filter(b => b.offsetParent).map(b => b.offsetHeight).concat(40))") >= 40
    browser.open(portico.url + USERS)
    browser.shot("phone")


def test_a_screen_reader_meets_landmarks_headings_and_named_fields(portico, browser):
    browser.take_cookies(portico.admin())
    browser.open(portico.url + USERS)

    tree = browser.tree()

    assert ("navigation", "Breadcrumb") in tree
    assert {"banner", "main"} <= {role for role, _ in tree}
    assert ("heading", "User List") in tree and ("heading", "Answer") in tree
    fields = [name for role, name in tree if role in ("textbox", "combobox", "listbox", "button")]
    assert fields and all(fields), fields
    assert any(name.startswith("Username") for name in fields)


def test_the_keyboard_reaches_the_answer_first_and_then_every_control(portico, browser):
    browser.take_cookies(portico.admin())
    browser.open(portico.url + USERS)
    reached = []

    for _ in range(25):
        browser.key("Tab")
        reached.append(browser.evaluate("document.activeElement.id || document.activeElement.textContent.slice(0, 30)"))

    assert reached[0] == "Skip to the answer"
    assert {"GET", "GET as json", "OPTIONS", "POST-username", "POST-email"} <= set(reached)


def test_whoever_may_not_write_is_offered_no_form(portico, browser):
    browser.take_cookies(portico.user("ana"))

    browser.open(portico.url + USERS)

    assert browser.evaluate("document.querySelectorAll('form[data-verb=POST]').length") == 0
    assert "POST" in text(browser, "section[aria-labelledby=docs]")
    open_own(portico.user("bob"), browser, portico)
    assert browser.evaluate("document.querySelectorAll('button[data-verb=DELETE]').length") == 0
    assert browser.evaluate("document.querySelectorAll('form.plain[data-verb=PUT]').length") == 1


def open_own(client, browser, portico):
    browser.take_cookies(client)
    browser.open(portico.url + own(client))


def test_what_is_not_there_can_be_neither_changed_nor_removed(portico, browser):
    admin = portico.admin()
    open_own(admin, browser, portico)
    assert browser.evaluate("document.querySelectorAll('button[data-verb=DELETE], form.plain[data-verb=PUT]').length") == 2

    browser.open(portico.url + USERS + "999999/")

    assert browser.evaluate("document.querySelectorAll('button[data-verb=DELETE], form, dialog').length") == 0
    assert "HTTP 404 Not Found" in text(browser, "#answer")


def test_the_index_knows_who_looks_at_it(portico, browser):
    browser.open(portico.url + "/api/")
    assert text(browser, ".who") == "Not signed in"

    browser.take_cookies(portico.admin())
    browser.open(portico.url + "/api/")

    assert text(browser, ".who") == "Signed in as root (session)"
    assert portico.anonymous().get("/api/", auth=("root", "wrong")).status_code == 403


def test_a_field_for_a_time_says_how_it_is_written(portico, browser):
    browser.take_cookies(portico.admin())
    browser.open(portico.url + "/api/v1/chatbot/")

    described = browser.evaluate("document.getElementById('POST-timestamp').getAttribute('aria-describedby')")

    assert "2026-01-31T09:05:00Z" in text(browser, f"#{described}")
