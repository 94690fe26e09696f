"""test_users.py - users and groups through the API (accounts-and-conventions.md sections 1, 4, 9, 16)."""

import concurrent.futures
import json

import pytest

pytestmark = pytest.mark.one_front

USERS, GROUPS = "/api/users/", "/api/groups/"
TAKEN = "A user with that username already exists."
INVALID = "Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters."
NO_CREDENTIALS = "Authentication credentials were not provided."
FORBIDDEN = "You do not have permission to perform this action."


def made(answer):
    assert answer.status_code == 201, answer.text
    return answer.json()


def path(link):
    return "/" + link.split("/", 3)[3]


def group_of(admin, name):
    return made(admin.post(GROUPS, json={"name": name}))["url"]


def permit(portico, user, *permissions, staff=True):
    portico.sql(f"UPDATE account_user SET staff = {int(staff)} WHERE username = '{user.username}'")
    for permission in permissions:
        portico.sql(
            "INSERT INTO account_user_permission (user_id, permission)"
            f" SELECT id, '{permission}' FROM account_user WHERE username = '{user.username}'"
        )


# ---- representations ----


def test_a_user_is_made_shown_and_listed_newest_first(portico):
    admin = portico.admin()

    answer = admin.post(USERS, json={"username": "ana", "email": "ana@example.org"})
    bob = made(admin.post(USERS, json={"username": "bob"}))

    ana = made(answer)
    assert list(ana) == ["url", "username", "email", "groups"]
    assert ana == {"url": ana["url"], "username": "ana", "email": "ana@example.org", "groups": []}
    assert ana["url"].startswith(portico.url + USERS)
    assert answer.headers["Location"] == ana["url"]
    assert admin.get(path(ana["url"])).json() == ana
    assert [user["username"] for user in admin.get(USERS).json()] == ["bob", "ana", "root"]
    assert bob["email"] == ""


def test_a_group_is_made_shown_listed_by_name_renamed_and_removed(portico):
    admin = portico.admin()
    group_of(admin, "zebras")

    answer = admin.post(GROUPS, json={"name": " ants "})

    ants = made(answer)
    assert list(ants) == ["url", "name"]
    assert ants["name"] == "ants"
    assert answer.headers["Location"] == ants["url"]
    assert [group["name"] for group in admin.get(GROUPS).json()] == ["ants", "zebras"]
    assert admin.put(path(ants["url"]), json={"name": "Ants"}).json() == {**ants, "name": "Ants"}
    assert admin.patch(path(ants["url"]), json={}).json() == {**ants, "name": "Ants"}
    gone = admin.delete(path(ants["url"]))
    assert (gone.status_code, gone.content) == (204, b"")
    assert "Content-Type" not in gone.headers
    assert admin.get(path(ants["url"])).status_code == 404


@pytest.mark.parametrize("key", ["999999", "abc", "0", "-1", "1e3", "99999999999999999999", "%20"])
@pytest.mark.parametrize("base", [USERS, GROUPS])
def test_a_key_that_nobody_has_is_not_found(portico, base, key):
    admin = portico.admin()

    for method in ("GET", "DELETE"):
        answer = admin.request(method, f"{base}{key}/")
        assert answer.status_code == 404
        assert answer.json()["detail"] == "Not found."
    assert admin.put(f"{base}{key}/", json={}).status_code == 404


def test_changes_keep_what_json_leaves_out(portico):
    admin = portico.admin()
    one = group_of(admin, "one")
    url = path(made(admin.post(USERS, json={"username": "ana", "email": "a@b.org", "groups": [one]}))["url"])

    assert admin.put(url, json={"username": "anna"}).json()["email"] == "a@b.org"
    assert admin.patch(url, json={"email": ""}).json()["groups"] == [one]
    assert admin.patch(url, json={"groups": []}).json()["groups"] == []
    assert admin.get(url).json()["username"] == "anna"


def test_a_form_put_without_groups_clears_them_and_a_form_patch_does_not(portico):
    admin = portico.admin()
    one, two = group_of(admin, "one"), group_of(admin, "two")
    url = path(made(admin.post(USERS, data={"username": "ana", "groups": [one, two]}))["url"])
    assert admin.get(url).json()["groups"] == [one, two]

    assert admin.patch(url, data={"email": "a@b.org"}).json()["groups"] == [one, two]
    assert admin.put(url, data={"username": "ana", "groups[0]": two}).json()["groups"] == [two]
    assert admin.put(url, data={"username": "ana"}).json()["groups"] == []


def test_a_multipart_body_is_read(portico):
    admin = portico.admin()

    answer = admin.post(USERS, files={"username": (None, "ana"), "email": (None, "a@b.org")})

    assert made(answer)["email"] == "a@b.org"


def test_unknown_and_privileged_keys_are_passed_over(portico):
    admin = portico.admin()

    user = made(admin.post(USERS, json={"username": "ana", "id": 7, "is_staff": True, "is_superuser": True, "url": "x"}))

    assert portico.sql("SELECT staff, superuser, id = 7 FROM account_user WHERE username = 'ana'") == [["0", "0", "0"]]
    assert "is_staff" not in user


# ---- what is refused ----


@pytest.mark.parametrize(
    ("body", "field", "messages"),
    [
        ({}, "username", ["This field is required."]),
        ({"username": None}, "username", ["This field may not be null."]),
        ({"username": ""}, "username", ["This field may not be blank."]),
        ({"username": "  "}, "username", ["This field may not be blank."]),
        ({"username": "a b"}, "username", [INVALID]),
        ({"username": "a\nb"}, "username", [INVALID]),
        ({"username": True}, "username", ["Not a valid string."]),
        ({"username": ["a"]}, "username", ["Not a valid string."]),
        ({"username": {}}, "username", ["Not a valid string."]),
        ({"username": "a" * 151}, "username", ["Ensure this field has no more than 150 characters."]),
        ({"username": "ROOT"}, "username", [TAKEN]),
        ({"username": "x", "email": "nobody"}, "email", ["Enter a valid email address."]),
        ({"username": "x", "email": None}, "email", ["This field may not be null."]),
        ({"username": "x", "email": "a@" + "b" * 250 + ".org"}, "email", ["Ensure this field has no more than 254 characters."]),
        ({"username": "x", "groups": "x"}, "groups", ['Expected a list of items but got type "str".']),
        ({"username": "x", "groups": {}}, "groups", ['Expected a list of items but got type "dict".']),
        ({"username": "x", "groups": None}, "groups", ["This field may not be null."]),
        ({"username": "x", "groups": [1]}, "groups", ["Incorrect type. Expected URL string, received int."]),
        ({"username": "x", "groups": [None]}, "groups", ["Incorrect type. Expected URL string, received NoneType."]),
        ({"username": "x", "groups": [""]}, "groups", ["Invalid hyperlink - No URL match."]),
        ({"username": "x", "groups": ["/nowhere/", 1]}, "groups", None),
        ({"username": "x", "groups": ["/api/groups/7"]}, "groups", ["Invalid hyperlink - No URL match."]),
        ({"username": "x", "groups": ["/api/users/1/"]}, "groups", ["Invalid hyperlink - Incorrect URL match."]),
        ({"username": "x", "groups": ["https://elsewhere/api/groups/99/"]}, "groups", ["Invalid hyperlink - Object does not exist."]),
        ({"username": "x", "groups": ["/api/groups/abc/"]}, "groups", ["Invalid hyperlink - Object does not exist."]),
        ({"username": "x", "password": ""}, "password", ["This field may not be blank."]),
        (
            {"username": "x", "password": "12345"},
            "password",
            [
                "This password is too short. It must contain at least 8 characters.",
                "This password is too common.",
                "This password is entirely numeric.",
            ],
        ),
        ({"username": "frederica", "password": "frederica1"}, "password", ["The password is too similar to the username."]),
    ],
)
def test_a_wrong_field_is_named_in_the_exact_words(portico, body, field, messages):
    admin = portico.admin()

    answer = admin.post(USERS, json=body)

    assert answer.status_code == 400
    problem = answer.json()
    assert list(problem["errors"]) == [field]
    assert problem[field] == problem["errors"][field]
    if messages:
        assert problem[field] == messages


def test_all_wrong_fields_are_told_at_once_in_their_order(portico):
    admin = portico.admin()

    answer = admin.post(
        USERS, json={"password": "123", "groups": ["x"], "email": "x", "username": "root"}
    )

    assert list(answer.json()["errors"]) == ["username", "email", "groups", "password"]
    assert answer.json()["username"] == [TAKEN]


@pytest.mark.parametrize(("name", "messages"), [
    (None, ["This field may not be null."]), ("", ["This field may not be blank."]),
    ("x" * 81, ["Ensure this field has no more than 80 characters."]), ("ANTS", ["group with this name already exists."]),
    ("\u0099\u200b", ["This field may not be blank."]),
])
def test_a_wrong_group_name_is_named_in_the_exact_words(portico, name, messages):
    admin = portico.admin()
    group_of(admin, "ants")

    other = made(admin.post(GROUPS, json={"name": "bees"}))["url"].removeprefix(portico.url)

    for answer in admin.post(GROUPS, json={"name": name}), admin.put(other, json={"name": name}):
        assert answer.status_code == 400
        assert answer.json()["name"] == messages


def test_a_number_becomes_text_and_letters_of_any_script_are_taken(portico):
    admin = portico.admin()

    assert made(admin.post(USERS, json={"username": 4711}))["username"] == "4711"
    assert made(admin.post(USERS, json={"username": "Ольга_λ٣"}))["username"] == "Ольга_λ٣"
    assert made(admin.post(GROUPS, json={"name": "Physik 🙂 !"}))["name"] == "Physik 🙂 !"


@pytest.mark.parametrize("link", ["{url}", "{path}", "{path_json}", "http://elsewhere.example{path}?x=1", "https://a{path}#b"])
def test_links_to_groups_are_read_in_all_their_forms(portico, link):
    admin = portico.admin()
    url = group_of(admin, "ants")
    words = {"url": url, "path": path(url), "path_json": path(url)[:-1] + ".json"}

    user = made(admin.post(USERS, json={"username": "ana", "groups": [link.format(**words)]}))

    assert user["groups"] == [url]


def test_links_repeat_the_format_that_was_asked_for(portico):
    admin = portico.admin()
    one = group_of(admin, "one")
    url = path(made(admin.post(USERS, json={"username": "ana", "groups": [one]}))["url"])

    by_suffix = admin.get(url[:-1] + ".json").json()
    by_query = admin.get(url + "?format=json").json()

    assert by_suffix["url"] == portico.url + url[:-1] + ".json"
    assert by_suffix["groups"] == [one[:-1] + ".json"]
    assert by_query["url"] == portico.url + url + "?format=json"
    assert admin.get("/api/.json").json()["users"] == f"{portico.url}/api/users.json"


# ---- passwords ----


def test_a_password_is_kept_hashed_and_never_shown(portico):
    admin = portico.admin()

    answer = admin.post(USERS, json={"username": "ana", "password": "correct horse 7"})

    assert "password" not in made(answer)
    assert "correct horse" not in answer.text
    assert portico.sql("SELECT LEFT(password_hash, 9) FROM account_user WHERE username = 'ana'") == [["$argon2id"]]
    assert portico.client().login("ana", "correct horse 7").status_code == 200


def test_without_a_password_nobody_can_log_in(portico):
    admin = portico.admin()
    made(admin.post(USERS, json={"username": "ana"}))

    for password in ("!", "ana"):
        assert portico.client().login("ana", password).status_code == 401


def test_changing_the_own_password_ends_other_sessions_and_keeps_this_one(portico):
    ana = portico.user("ana")
    other = portico.client()
    other.login("ana", ana.password)
    key = ana.cookies["sessionid"]
    url = path(ana.get(USERS).json()[0]["url"])

    assert ana.patch(url, json={"password": "another horse 9"}).status_code == 200

    assert ana.cookies["sessionid"] != key
    assert ana.get(url).status_code == 200
    assert other.get(url).status_code == 403


# ---- races and the trail ----


def test_twenty_that_want_one_name_give_one_account_and_nineteen_refusals(portico):
    admin = portico.admin()
    token = portico.cli("user", "token", "root").strip()

    def ask(_):
        return portico.client(token=token).post(USERS, json={"username": "ana"})

    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(ask, range(20)))

    assert sorted(answer.status_code for answer in answers) == [201] + [400] * 19
    assert all(answer.json()["username"] == [TAKEN] for answer in answers if answer.status_code == 400)
    assert len([user for user in admin.get(USERS).json() if user["username"] == "ana"]) == 1


def test_changes_are_in_the_audit_trail_with_who_made_them(portico):
    admin = portico.admin()
    url = path(made(admin.post(USERS, json={"username": "ana"}))["url"])
    admin.patch(url, json={"email": "a@b.org"})
    admin.delete(url)
    admin.delete(path(group_of(admin, "ants")))

    rows = portico.sql(
        "SELECT actor_name, action, object_kind, object_name, detail FROM account_audit"
        " WHERE object_name IN ('ana', 'ants') ORDER BY id"
    )
    assert rows == [
        ["root", "add", "user", "ana", ""],
        ["root", "change", "user", "ana", '[{"changed":{"fields":["email"]}}]'],
        ["root", "remove", "user", "ana", ""],
        ["root", "add", "group", "ants", ""],
        ["root", "remove", "group", "ants", ""],
    ]


def test_the_last_superuser_is_not_removed(portico):
    admin = portico.admin()
    url = path(admin.get(USERS).json()[0]["url"])

    answer = admin.delete(url)

    assert answer.status_code == 409
    assert answer.json()["code"] == "accounts.last_superuser"


# ---- who may: closed ----


def test_nobody_in_particular_may_nothing(portico):
    admin = portico.admin()
    user = path(admin.get(USERS).json()[0]["url"])
    group = path(group_of(admin, "ants"))
    nobody = portico.anonymous()

    for address in (USERS, user, GROUPS, group):
        for method in ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"):
            answer = nobody.request(method, address, json={"username": "x", "name": "x"})
            if answer.status_code == 405:
                continue
            assert answer.status_code == 403, (method, address)
            if method != "HEAD":
                assert answer.json()["detail"] == NO_CREDENTIALS


def test_a_user_sees_and_changes_the_own_account_and_no_other(portico):
    admin = portico.admin()
    ants = group_of(admin, "ants")
    bob = path(made(admin.post(USERS, json={"username": "bob"}))["url"])
    ana = portico.user("ana")

    listed = ana.get(USERS).json()
    own = path(listed[0]["url"])

    assert [user["username"] for user in listed] == ["ana"]
    assert ana.get(GROUPS).json() == []
    assert ana.get(bob).status_code == 404
    assert ana.patch(bob, json={"email": "x@y.org"}).status_code == 404
    assert ana.patch(own, json={"email": "ana@example.org"}).json()["email"] == "ana@example.org"
    for refused in (
        ana.post(USERS, json={"username": "x"}),
        ana.post(GROUPS, json={"name": "x"}),
        ana.delete(own),
        ana.delete(bob),
        ana.patch(own, json={"groups": [ants]}),
        ana.patch(path(ants), json={"name": "x"}),
    ):
        assert refused.status_code == 403
        assert refused.json()["detail"] == FORBIDDEN


def test_a_form_of_the_own_account_keeps_groups_that_are_not_the_users_to_choose(portico):
    admin = portico.admin()
    ants = group_of(admin, "ants")
    ana = portico.user("ana")
    own = path(ana.get(USERS).json()[0]["url"])
    admin.patch(own, json={"groups": [ants]})

    answer = ana.put(own, data={"username": "ana", "email": "ana@example.org"})

    assert answer.status_code == 200
    assert answer.json()["groups"] == [ants]
    assert [group["url"] for group in ana.get(GROUPS).json()] == [ants]
    assert ana.get(path(ants)).status_code == 200


def test_where_another_service_knows_people_by_name_the_name_is_not_the_users_to_choose(portico):
    ana = portico.user("ana")
    own = path(ana.get(USERS).json()[0]["url"])

    assert ana.patch(own, json={"username": "bob"}).status_code == 403
    assert ana.patch(own, json={"username": "ana"}).status_code == 200


def test_staff_may_what_their_permissions_say(portico):
    portico.admin()
    ana = portico.user("ana")
    root = path(portico.client(basic=("ana", ana.password)).get(USERS).json()[0]["url"])
    permit(portico, ana, "accounts.user.add", "accounts.user.change")
    root = path([user for user in ana.get(USERS).json() if user["username"] == "root"][0]["url"])

    bob = path(made(ana.post(USERS, json={"username": "bob"}))["url"])

    assert ana.patch(bob, json={"email": "b@c.org"}).status_code == 200
    assert ana.delete(bob).status_code == 403
    assert ana.post(GROUPS, json={"name": "x"}).status_code == 403
    assert ana.patch(root, json={"password": "mine from now on 1"}).status_code == 403, "a superuser's account"
    permit(portico, ana, staff=False)
    assert ana.patch(bob, json={"email": "b@c.org"}).status_code == 404, "permissions are for staff"


def test_staff_raise_nobody_above_themselves(portico):
    admin = portico.admin()
    strong, weak = group_of(admin, "strong"), group_of(admin, "weak")
    portico.sql("INSERT INTO account_group_permission (group_id, permission)"
                " SELECT id, IF(name = 'strong', 'accounts.group.delete', 'accounts.user.add') FROM account_group")
    ana, eve = portico.user("ana"), portico.user("eve")
    permit(portico, ana, "accounts.user.add", "accounts.user.change")
    permit(portico, eve, "accounts.group.delete")
    users = {user["username"]: path(user["url"]) for user in ana.get(USERS).json()}

    assert ana.patch(users["ana"], json={"groups": [strong]}).status_code == 403
    assert ana.post(USERS, json={"username": "bob", "groups": [strong]}).status_code == 403
    assert ana.patch(users["eve"], json={"password": "mine from now on 1"}).status_code == 403, "she may more"
    assert ana.patch(users["ana"], json={"groups": [weak]}).status_code == 200
    assert admin.patch(users["eve"], json={"groups": [strong]}).status_code == 200
    assert ana.patch(users["eve"], json={"email": "e@c.org", "groups": [strong]}).status_code == 200, "she is in it already"


def test_a_permission_may_come_from_a_group(portico):
    admin = portico.admin()
    group_of(admin, "keepers")
    ana = portico.user("ana")
    portico.sql(
        "INSERT INTO account_group_permission (group_id, permission)"
        " SELECT id, 'accounts.group.add' FROM account_group WHERE name = 'keepers'"
    )
    portico.sql(
        "INSERT INTO account_membership (user_id, group_id)"
        " SELECT u.id, g.id FROM account_user u, account_group g WHERE u.username = 'ana'"
    )
    permit(portico, ana)

    assert ana.post(GROUPS, json={"name": "more"}).status_code == 201


# ---- who may: open-registration and upstream ----


@pytest.fixture(scope="module")
def open_registration(front):
    with front.settings("accounts", policy="open-registration"):
        yield


@pytest.fixture(scope="module")
def upstream(front):
    with front.settings("accounts", policy="upstream"):
        yield


def test_with_open_registration_anybody_makes_an_account_and_sees_nothing(open_registration, portico):
    nobody = portico.anonymous()

    answer = nobody.post(USERS, json={"username": "ana", "password": "correct horse 7"})

    user = made(answer)
    assert portico.sql("SELECT actor_id, action FROM account_audit WHERE object_name = 'ana'") == [[None, "add"]]
    assert nobody.get(USERS).status_code == 403
    assert nobody.get(path(user["url"])).status_code == 403
    assert nobody.post(GROUPS, json={"name": "x"}).status_code == 403
    assert portico.client().login("ana", "correct horse 7").status_code == 200


def test_with_open_registration_nobody_chooses_groups(open_registration, portico):
    admin = portico.admin()
    ants = group_of(admin, "ants")

    answer = portico.anonymous().post(USERS, json={"username": "ana", "groups": [ants]})

    assert answer.status_code == 403
    assert len(admin.get(USERS).json()) == 1


def test_an_address_that_signs_up_too_often_is_told_to_wait(portico):
    nobody, zoe, admin = portico.anonymous(), portico.user("zoe"), portico.admin()
    taken = {"username": "root", "password": "correct horse 7"}

    with portico.settings("accounts", policy="open-registration", signups_an_hour=3):
        statuses = [nobody.post(USERS, json=body).status_code for body in ({"username": "ana"}, taken, {"username": "bob"})]
        answer = nobody.post(USERS, json={"username": "carl"})
        again = zoe.post(USERS, json={"username": "carl"})

        assert statuses == [201, 400, 201]
        for refused in (answer, again):
            assert refused.status_code == 429
            wait = int(refused.headers["Retry-After"])
            assert 3500 < wait <= 3600
            assert refused.json()["detail"] == f"Request was throttled. Expected available in {wait} seconds."
        assert [user["username"] for user in admin.get(USERS).json()] == ["bob", "ana", "root", "zoe"]
        assert admin.post(USERS, json={"username": "carl"}).status_code == 201  # with the permission nothing is counted
        portico.sql("UPDATE account_throttle SET expires_at = expires_at - INTERVAL 2 HOUR")
        assert nobody.post(USERS, json={"username": "dora"}).status_code == 201
    with portico.settings("accounts", policy="open-registration", signups_an_hour=0):
        assert [nobody.post(USERS, json={"username": f"u{n}"}).status_code for n in range(5)] == [201] * 5


def test_with_upstreams_policy_anybody_may_all_that_the_old_suite_did(upstream, portico):
    nobody = portico.anonymous()

    ants = made(nobody.post(GROUPS, json={"name": "ants"}))["url"]
    user = made(nobody.post(USERS, json={"username": "e2e-test-1", "password": "w8kd02ms", "groups": [ants]}))
    url = path(user["url"])

    assert nobody.get(USERS).json() == [user]
    assert nobody.get(url).status_code == 200
    assert nobody.patch(url, json={"email": "a@b.org"}).status_code == 200
    assert nobody.delete(url).status_code == 204
    assert nobody.delete(path(ants)).status_code == 204


def test_with_upstreams_policy_staff_and_passwords_stay_protected(upstream, portico):
    admin = portico.admin()
    root = path([user for user in admin.get(USERS).json() if user["username"] == "root"][0]["url"])
    portico.user("ana")
    nobody = portico.anonymous()
    ana = path([user for user in nobody.get(USERS).json() if user["username"] == "ana"][0]["url"])
    ants = group_of(admin, "ants")
    portico.sql("INSERT INTO account_group_permission (group_id, permission) SELECT id, 'accounts.user.add' FROM account_group")

    for refused in (
        nobody.patch(root, json={"email": "x@y.org"}),
        nobody.delete(root),
        nobody.patch(ana, json={"password": "mine from now on 1"}),
        nobody.patch(ana, json={"groups": [ants]}),
        nobody.delete(path(ants)),
        nobody.patch(path(ants), json={"name": "bees"}),
    ):
        assert refused.status_code == 403
        assert refused.json()["detail"] == FORBIDDEN


# ---- parts of a list ----


def follow(client, address):
    """The names of all parts, going on by `next`."""
    names, parts = [], []
    while address:
        part = client.get(path(address) if "://" in address else address).json()
        names += [item.get("username") or item.get("name") for item in part["results"]]
        parts.append(part)
        address = part["next"]
    return names, parts


@pytest.mark.parametrize("query", ["page_size=3", "limit=3", "cursor=&page_size=3"])
def test_a_list_can_be_had_in_parts(portico, query):
    admin = portico.admin()
    for name in "abcdefg":
        made(admin.post(USERS, json={"username": name}))
    whole = [user["username"] for user in admin.get(USERS).json()]

    names, parts = follow(admin, f"{USERS}?{query}")

    assert names == whole
    assert [len(part["results"]) for part in parts] == [3, 3, 2]
    assert parts[0]["previous"] is None
    back = admin.get(path(parts[2]["previous"])).json()
    assert back["results"] == parts[1]["results"]
    first = admin.get(path(back["previous"])).json()
    assert (first["results"], first["previous"]) == (parts[0]["results"], None)
    if "cursor" in query:
        assert list(parts[0]) == ["next", "previous", "results"]
    else:
        assert list(parts[0]) == ["count", "next", "previous", "results"]
        assert parts[0]["count"] == 8


def test_groups_are_turned_by_cursor_too(portico):
    admin = portico.admin()
    for name in "cabd":
        group_of(admin, name)

    assert follow(admin, f"{GROUPS}?cursor=&page_size=1")[0] == list("abcd")


def test_a_page_that_is_not_there_and_a_made_up_cursor_are_not_found(portico):
    admin = portico.admin()

    for page in ("0", "2", "x", "-1"):
        answer = admin.get(f"{USERS}?page={page}")
        assert (answer.status_code, answer.json()["detail"]) == (404, "Invalid page.")
    for cursor in ("x", "Zg", "ZmFiYw", "!"):
        answer = admin.get(f"{USERS}?cursor={cursor}")
        assert (answer.status_code, answer.json()["detail"]) == (404, "Invalid cursor")
    assert admin.get(f"{USERS}?page=last").json()["count"] == 1
    assert admin.get(f"{USERS}?limit=x&offset=-3").json()["count"] == 1
    assert admin.get(f"{USERS}?page=1&page_size=0").json()["next"] is None


def test_the_second_page_goes_back_to_one_without_a_number(portico):
    admin = portico.admin()
    made(admin.post(USERS, json={"username": "ana"}))

    assert admin.get(f"{USERS}?page=2&page_size=1").json()["previous"] == f"{portico.url}{USERS}?page_size=1"
    assert json.loads(admin.get(f"{USERS}?limit=1&offset=1").text)["previous"] == f"{portico.url}{USERS}?limit=1"
