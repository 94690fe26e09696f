"""test_admin_users.py - users and groups in the administration: forms, passwords, deletion, and that nobody raises anybody above
his own rights."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.admin import BASE, Desk, grant, staff

pytestmark = pytest.mark.one_front

USERS = "/auth/user/"
GROUPS = "/auth/group/"
GOOD = {"password1": "long enough words", "password2": "long enough words"}


@pytest.fixture
def root(portico):
    return Desk(portico.admin())


def number(portico, name):
    return int(portico.sql(f"SELECT id FROM account_user WHERE username = '{name}'")[0][0])


def group(portico, name, *permissions):
    portico.sql(f"INSERT INTO account_group (name) VALUES ('{name}')")
    made = int(portico.sql(f"SELECT id FROM account_group WHERE name = '{name}'")[0][0])
    for permission in permissions:
        portico.sql(f"INSERT INTO account_group_permission VALUES ({made}, '{permission}')")
    return made


def row(portico, name):
    return portico.sql(f"SELECT username, email, first_name, last_name, active, staff, superuser FROM account_user WHERE username = '{name}'")[0]


def form(page):
    """What the change form holds, as a browser would send it."""
    data = [(name, value) for name in ("username", "first_name", "last_name", "email") for value in page.values(name)]
    return data + [(name, value) for name in ("is_active", "is_staff", "is_superuser", "groups", "user_permissions") for value in page.values(name)]


def with_(data, **changes):
    """The form with other values; None leaves a field out, a list sends it several times."""
    kept = [(name, value) for name, value in data if name not in changes]
    for name, value in changes.items():
        kept += [(name, one) for one in (value if isinstance(value, list) else [value]) if value is not None]
    return kept


# ---- users ----


def test_users_are_listed_by_name_searched_and_filtered(root, portico):
    portico.user("bob", login=False)
    portico.user("ada", login=False)
    portico.sql("UPDATE account_user SET staff = 1, email = 'ada@example.org', first_name = 'Ada', last_name = 'L' WHERE username = 'ada'")
    ants = group(portico, "ants")
    portico.sql(f"INSERT INTO account_membership SELECT id, {ants} FROM account_user WHERE username = 'bob'")

    def found(query):
        return [cells[0] for cells in root.get(f"{USERS}?{query}").rows]

    assert root.get(USERS).rows[0] == ["ada", "ada@example.org", "Ada", "L", "Yes"]
    assert found("") == ["ada", "bob", "root"]
    assert found("o=-1") == ["root", "bob", "ada"]
    assert found("q=EXAMPLE") == ["ada"]
    assert found("is_staff__exact=1") == ["ada"]
    assert found("is_superuser__exact=1") == ["root"]
    assert found("is_active__exact=0") == []
    assert found(f"groups__id__exact={ants}") == ["bob"]
    assert found("groups__isnull=True") == ["ada", "root"]
    assert root.get(USERS).links("ants") == [f"?groups__id__exact={ants}"]


def test_a_user_is_made_in_two_steps(root, portico):
    done = root.post(f"{USERS}add/", {"username": "ada", **GOOD})
    ada = number(portico, "ada")
    assert (done.status, done.location) == (302, f"{BASE}{USERS}{ada}/change/")

    page = root.get(f"{USERS}{ada}/change/")
    assert page.notice == "The user “ada” was added successfully."
    assert row(portico, "ada") == ["ada", "", "", "", "1", "0", "0"]
    ants = group(portico, "ants")
    done = root.post(f"{USERS}{ada}/change/", with_(form(page), email="ada@example.org", first_name="Ada", last_name="Lovelace",
                                                    is_staff="1", groups=[str(ants)], user_permissions=["chatbot.message.view"]))
    assert (done.status, done.location) == (302, f"{BASE}{USERS}")
    assert row(portico, "ada") == ["ada", "ada@example.org", "Ada", "Lovelace", "1", "1", "0"]
    desk = Desk(portico.anonymous())
    assert desk.log_in("ada", "long enough words").status == 302
    assert desk.get("/boilerplate/message/").status == 200 and desk.get(USERS).status == 403
    history = root.get(f"{USERS}{ada}/history/").words
    assert "Added." in history and "Changed email, groups, first_name, last_name, is_staff, user_permissions." in history


def test_buttons_lead_on(root, portico):
    ada = root.post(f"{USERS}add/", {"username": "ada", **GOOD, "_addanother": "1"})
    assert ada.location == f"{BASE}{USERS}add/"
    page = root.get(f"{USERS}{number(portico, 'ada')}/change/")
    assert root.post(f"{USERS}{number(portico, 'ada')}/change/", form(page) + [("_continue", "1")]).location.endswith("/change/")


def test_a_wrong_form_comes_back_with_its_words(root, portico):
    page = root.post(f"{USERS}add/", {"username": "root", "password1": "1234567", "password2": "7654321"})
    assert (page.status, page.notice) == (200, "Please correct the errors below.")
    assert page.faults("username") == "A user with that username already exists."
    assert "The two password fields didn't match." in page.faults("password2") and "entirely numeric" in page.faults("password2")
    assert page.values("username") == ["root"] and "1234567" not in page.text
    assert 'aria-describedby="help_username wrong_username" aria-invalid="true"' in page.text
    empty = root.post(f"{USERS}add/", {})
    assert empty.faults("username") == "This field is required."
    assert root.post(f"{USERS}add/", {"username": "a b", **GOOD}).faults("username").startswith("Enter a valid username.")

    own = number(portico, "root")
    begun = form(root.get(f"{USERS}{own}/change/"))
    page = root.post(f"{USERS}{own}/change/", with_(begun, email="nonsense", username="<b>", groups=["999", "x"], user_permissions=["root"]))
    assert page.faults("email") == "Enter a valid email address."
    assert page.faults("username").startswith("Enter a valid username.")
    assert "999 is not one of the available choices" in page.faults("groups")
    assert "root is not one of the available choices" in page.faults("user_permissions")
    assert page.values("username") == ["<b>"] and "<b>" not in page.text
    assert portico.sql("SELECT COUNT(*) FROM account_audit WHERE action = 'change'") == [["0"]]


def test_of_a_password_only_its_kind_is_shown(root, portico):
    portico.user("ada", password="long enough words", login=False)
    portico.sql("INSERT INTO account_user (uuid, username, password_hash, joined_at) VALUES"
                " (UUID(), 'old', 'pbkdf2_sha256$36000$saltsaltsalt$aGFzaA==', NOW(6)), (UUID(), 'none', '!', NOW(6))")

    pages = {name: root.get(f"{USERS}{number(portico, name)}/change/") for name in ("ada", "old", "none")}
    stored = portico.sql("SELECT password_hash FROM account_user WHERE username = 'ada'")[0][0].split("$")

    assert "algorithm: argon2id, m=" in pages["ada"].words and "hash: ******" in pages["ada"].words
    assert stored[-1][:8] not in pages["ada"].text and stored[-2] not in pages["ada"].text
    assert "algorithm: pbkdf2_sha256, salt and hash: ******" in pages["old"].words and "saltsalt" not in pages["old"].text
    assert "No password set." in pages["none"].words


def test_a_password_is_set_and_the_users_sessions_end(root, portico):
    ada = Desk(portico.user("ada"))
    portico.sql("UPDATE account_user SET staff = 1 WHERE username = 'ada'")
    key = number(portico, "ada")
    assert ada.get("/").status == 200

    wrong = root.post(f"{USERS}{key}/password/", {"password1": "ada", "password2": "ada2"})
    assert "didn't match" in wrong.faults("password2") and "too short" in wrong.faults("password2")
    done = root.post(f"{USERS}{key}/password/", {"password1": "quite other words", "password2": "quite other words"})

    assert done.location == f"{BASE}{USERS}{key}/change/"
    assert root.get(f"{USERS}{key}/change/").notice == "Password changed successfully."
    assert ada.get("/").status == 302
    assert Desk(portico.anonymous()).log_in("ada", "quite other words").status == 302
    own = number(portico, "root")
    assert root.post(f"{USERS}{own}/password/", GOOD).status == 302
    assert root.get("/").status == 200  # under a new key


def test_deactivating_ends_the_sessions(root, portico):
    ada = staff(portico, "ada")
    key = number(portico, "ada")

    root.post(f"{USERS}{key}/change/", with_(form(root.get(f"{USERS}{key}/change/")), is_active=None))

    assert ada.get("/").status == 302
    assert row(portico, "ada")[4] == "0"
    assert portico.sql(f"SELECT COUNT(*) FROM account_session WHERE user_id = {key}") == [["0"]]


@pytest.mark.parametrize("change", [{"is_superuser": None}, {"is_active": None}])
def test_the_last_superuser_stays(root, portico, change):
    own = number(portico, "root")

    page = root.post(f"{USERS}{own}/change/", with_(form(root.get(f"{USERS}{own}/change/")), **change))

    assert (page.status, row(portico, "root")[4:]) == (409, ["1", "0", "1"])
    assert "last active superuser" in page.words
    assert root.post(f"{USERS}{own}/delete/", {"post": "yes"}).status == 409
    portico.user("ada", login=False)
    chosen = [("action", "delete_selected"), ("post", "yes"), ("_selected_action", own), ("_selected_action", number(portico, "ada"))]
    assert root.post(USERS, chosen).status == 409
    assert portico.sql("SELECT COUNT(*) FROM account_user") == [["2"]]  # all or none


def test_of_two_superusers_that_remove_each_other_one_stays(portico):
    for turn in range(4):
        desks = [Desk(portico.admin(f"root{turn}{n}")) for n in range(2)]
        portico.sql(f"DELETE FROM account_user WHERE username NOT LIKE 'root{turn}%'")
        keys = [number(portico, f"root{turn}{n}") for n in range(2)]
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda n: desks[n].post(f"{USERS}{keys[1 - n]}/delete/", {"post": "yes"}), range(2)))
        assert portico.sql("SELECT COUNT(*) FROM account_user WHERE superuser AND active") == [["1"]]


def test_a_deletion_says_what_goes_along(root, portico):
    portico.user("ada")
    portico.cli("user", "token", "ada")
    ants = group(portico, "ants")
    key = number(portico, "ada")
    portico.sql(f"INSERT INTO account_membership VALUES ({key}, {ants})")

    page = root.get(f"{USERS}{key}/delete/")
    assert "Along with them: 1 session" in page.words and "1 token" in page.words and "ada in ants" in page.words
    assert "What other apps keep for the users alone goes as well." in page.words
    assert "Along with them: 1 membership" in root.get(f"{GROUPS}{ants}/delete/").words
    assert root.post(f"{USERS}{key}/delete/", {"post": "yes"}).location == f"{BASE}{USERS}"
    assert root.get(USERS).notice == "Successfully deleted the user “ada”."
    assert portico.sql("SELECT actor_name, action, object_name FROM account_audit ORDER BY id DESC LIMIT 1") == [["root", "remove", "ada"]]


# ---- who may what ----

VERBS = ("view", "add", "change", "delete")


@pytest.mark.parametrize("held", [(), ("view",), ("add",), ("change",), ("delete",), ("add", "change")], ids="+".join)
@pytest.mark.parametrize("model, path", [("accounts.user", USERS), ("accounts.group", GROUPS)])
def test_a_permission_opens_what_it_is_for(portico, model, path, held):
    desk = staff(portico, "ana", *(f"{model}.{verb}" for verb in held))
    portico.user("bob", login=False)
    key = number(portico, "bob") if path == USERS else group(portico, "bees")
    may_add = set(held) >= ({"add", "change"} if path == USERS else {"add"})  # users are made in two steps
    may_change = "change" in held

    assert desk.get(path).status == (200 if held else 403)
    page = desk.get(f"{path}{key}/change/")
    assert page.status == (200 if held else 403)
    assert ("_save" in page.text) == may_change
    assert desk.get(f"{path}add/").status == (200 if may_add else 403)
    assert desk.get(f"{path}{key}/delete/").status == (200 if "delete" in held else 403)
    sent = {"username": "bob", "email": "b@example.org", "is_active": "1"} if path == USERS else {"name": "wasps"}
    assert desk.post(f"{path}{key}/change/", sent).status == (302 if may_change else 403)
    new = {"username": "new", **GOOD} if path == USERS else {"name": "new"}
    assert desk.post(f"{path}add/", new).status == (302 if may_add else 403)
    if path == USERS:
        assert desk.post(f"{USERS}{key}/password/", GOOD).status == (302 if may_change else 403)
        assert row(portico, "bob")[1] == ("b@example.org" if may_change else "")
    gone = desk.post(path, {"action": "delete_selected", "post": "yes", "_selected_action": key})
    assert gone.status == (302 if "delete" in held else 403)


# ---- nobody is raised above the rights of who does it ----


@pytest.fixture
def clerk(portico):
    """Staff who may do everything with users and groups, and nothing else."""
    return staff(portico, "clerk", *(f"accounts.{model}.{verb}" for model in ("user", "group") for verb in VERBS))


def test_a_clerk_makes_nobody_staff_or_superuser(clerk, portico):
    portico.user("bob", login=False)
    for name in ("bob", "clerk"):
        key = number(portico, name)
        page = form(clerk.get(f"{USERS}{key}/change/"))
        before = row(portico, name)
        for change in ({"is_superuser": "1"}, {"is_staff": None if before[5] == "1" else "1"}):
            refused = clerk.post(f"{USERS}{key}/change/", with_(page, **change))
            assert refused.status == 200 and refused.faults(next(iter(change))) == "Only superusers may change this."
        assert row(portico, name) == before
    assert clerk.post(f"{USERS}add/", {"username": "new", **GOOD, "is_superuser": "1", "is_staff": "1"}).status == 302
    assert row(portico, "new")[5:] == ["0", "0"]


def test_a_clerk_gives_no_permission_he_does_not_hold(clerk, portico):
    portico.user("bob", login=False)
    for name in ("bob", "clerk"):
        key = number(portico, name)
        page = form(clerk.get(f"{USERS}{key}/change/"))
        held = [value for field, value in page if field == "user_permissions"]
        refused = clerk.post(f"{USERS}{key}/change/", with_(page, user_permissions=held + ["chatbot.message.delete"]))
        assert "You may not give what you do not have: chatbot.message.delete." in refused.faults("user_permissions")
        assert portico.sql(f"SELECT COUNT(*) FROM account_user_permission WHERE user_id = {key} AND permission LIKE 'chatbot%'") == [["0"]]
    bob = number(portico, "bob")
    given = clerk.post(f"{USERS}{bob}/change/", with_(form(clerk.get(f"{USERS}{bob}/change/")), user_permissions=["accounts.user.view"]))
    assert given.status == 302
    assert portico.sql(f"SELECT permission FROM account_user_permission WHERE user_id = {bob}") == [["accounts.user.view"]]


def test_a_clerk_puts_nobody_into_a_group_that_may_more(clerk, portico):
    strong, weak = group(portico, "strong", "accounts.user.view", "work.job.change"), group(portico, "weak", "accounts.user.view")
    own = number(portico, "clerk")
    page = form(clerk.get(f"{USERS}{own}/change/"))

    refused = clerk.post(f"{USERS}{own}/change/", with_(page, groups=[str(strong), str(weak)]))
    assert refused.faults("groups") == "You may not give what you do not have: the group strong."
    assert clerk.post(f"{USERS}{own}/change/", with_(page, groups=[str(weak)])).status == 302
    assert portico.sql(f"SELECT group_id FROM account_membership WHERE user_id = {own}") == [[str(weak)]]


def test_who_is_in_a_strong_group_already_stays_there(clerk, portico):
    strong = group(portico, "strong", "work.job.change")
    portico.user("bob", login=False)
    bob = number(portico, "bob")
    portico.sql(f"INSERT INTO account_membership VALUES ({bob}, {strong})")

    done = clerk.post(f"{USERS}{bob}/change/", with_(form(clerk.get(f"{USERS}{bob}/change/")), email="b@example.org"))

    assert done.status == 302
    assert portico.sql(f"SELECT group_id FROM account_membership WHERE user_id = {bob}") == [[str(strong)]]


def test_a_clerk_gives_no_group_what_he_does_not_hold(clerk, portico):
    own_group = group(portico, "own", "accounts.user.view")
    portico.sql(f"INSERT INTO account_membership SELECT id, {own_group} FROM account_user WHERE username = 'clerk'")

    for path in (f"{GROUPS}{own_group}/change/", f"{GROUPS}add/"):
        refused = clerk.post(path, [("name", "mine"), ("permissions", "accounts.user.view"), ("permissions", "work.job.change")])
        assert refused.faults("permissions") == "You may not give what you do not have: work.job.change.", path
    assert portico.sql("SELECT COUNT(*) FROM account_group_permission WHERE permission LIKE 'work%'") == [["0"]]
    assert clerk.get("/" + "work/job/").status == 403


def test_superusers_are_no_clerks_business(clerk, portico):
    boss = portico.user("boss", superuser=True)
    key = number(portico, "boss")
    before = portico.sql("SELECT * FROM account_user WHERE username = 'boss'")

    assert clerk.get(f"{USERS}{key}/change/").status == 403
    assert clerk.post(f"{USERS}{key}/change/", {"username": "boss", "is_active": "1", "is_superuser": "1"}).status == 403
    assert clerk.get(f"{USERS}{key}/password/").status == 403
    assert clerk.post(f"{USERS}{key}/password/", GOOD).status == 403
    portico.user("other", superuser=True, login=False)
    assert clerk.post(f"{USERS}{key}/delete/", {"post": "yes"}).status == 403
    assert clerk.post(USERS, {"action": "delete_selected", "post": "yes", "_selected_action": key}).status == 403
    assert portico.sql("SELECT * FROM account_user WHERE username = 'boss'") == before
    assert boss.get("/api/facility/authenticated/").json()["authenticated"]


def test_the_password_of_who_may_more_is_not_a_clerks_to_set(clerk, portico):
    staff(portico, "reader", "chatbot.message.view")
    staff(portico, "equal", "accounts.user.view")
    portico.user("bob", login=False)
    grant(portico, "bob", "chatbot.message.view")  # no staff: it opens nothing

    assert clerk.post(f"{USERS}{number(portico, 'reader')}/password/", GOOD).status == 403
    for name in ("equal", "bob", "clerk"):
        assert clerk.post(f"{USERS}{number(portico, name)}/password/", GOOD).status == 302, name


# ---- groups ----


def test_groups_are_made_changed_and_removed(root, portico):
    done = root.post(f"{GROUPS}add/", [("name", "ants"), ("permissions", "chatbot.message.view"), ("permissions", "chatbot.message.delete")])
    assert (done.status, done.location) == (302, f"{BASE}{GROUPS}")
    ants = int(portico.sql("SELECT id FROM account_group WHERE name = 'ants'")[0][0])
    page = root.get(f"{GROUPS}{ants}/change/")
    assert page.values("permissions") == ["chatbot.message.delete", "chatbot.message.view"]
    assert "Chatbot | message | Can delete message" in page.words

    assert root.post(f"{GROUPS}add/", {"name": "ANTS"}).faults("name") == "group with this name already exists."
    assert root.post(f"{GROUPS}{ants}/change/", {"name": ""}).faults("name") == "This field may not be blank."
    assert root.post(f"{GROUPS}{ants}/change/", [("name", "bees"), ("permissions", "chatbot.message.view")]).status == 302
    assert portico.sql("SELECT name FROM account_group") == [["bees"]]
    assert portico.sql("SELECT permission FROM account_group_permission") == [["chatbot.message.view"]]
    assert root.post(f"{GROUPS}add/", {"name": "x", "permissions": "no.such.thing"}).faults("permissions") == (
        "Select a valid choice. no.such.thing is not one of the available choices.")
    assert root.post(GROUPS, {"action": "delete_selected", "post": "yes", "_selected_action": ants}).status == 302
    assert root.get(GROUPS).notice == "Successfully deleted 1 group."


def test_what_a_group_holds_from_elsewhere_stays(root, portico):
    odd = group(portico, "odd", "imported.thing.change")

    page = root.get(f"{GROUPS}{odd}/change/")
    assert page.values("permissions") == ["imported.thing.change"]
    assert root.post(f"{GROUPS}{odd}/change/", {"name": "odd", "permissions": "imported.thing.change"}).status == 302
    assert portico.sql("SELECT permission FROM account_group_permission") == [["imported.thing.change"]]


def test_no_page_shows_a_secret(root, portico):
    portico.user("ada", password="long enough words")
    token = portico.cli("user", "token", "ada").split()[-1]
    hashes = [cell for line in portico.sql("SELECT HEX(token_hash) FROM account_session UNION SELECT HEX(token_hash) FROM account_token") for cell in line]

    key = number(portico, "ada")
    for path in (USERS, f"{USERS}{key}/change/", f"{USERS}{key}/delete/", f"{USERS}{key}/history/", f"{USERS}{key}/password/"):
        text = root.get(path).text
        assert token not in text and "$argon2id$" not in text and not re.search("|".join(hashes), text, re.IGNORECASE), path
