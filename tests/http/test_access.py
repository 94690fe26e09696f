"""test_access.py - who may call what: every row of the route table by every kind of caller, against what the row says.

Nothing here knows a route. `portico routes` names them all and who may call each; the OpenAPI document adds which credentials
count (security) and which GET changes something (x-changes). What a path's parameters stand for is in OBJECTS: a route with
an unknown parameter, or with a kind of caller that PERMITS does not know, fails until somebody has decided about it."""

import re

import pytest

pytestmark = pytest.mark.one_front

# who may call, as the table says it -> which of our callers that lets in; anybody else is refused
PERMITS = {
    "anyone": {"anonymous", "owner", "other", "superuser"},
    "user": {"owner", "other", "superuser"},
    "owner": {"owner"},
    "owner or superuser": {"owner", "superuser"},
    "superuser": {"superuser"},
    "staff": {"superuser"},  # and staff, which none of our callers is
    "permitted": {"superuser"},  # and who was given the permission, which none of our callers was
}

# what stands in a path for a parameter: always something of ana's, and everybody's for the images; where one name means
# different things, a path, or a verb and a path, say which
OBJECTS = {
    "username": lambda things: "ana",
    "id": lambda things: things.resource["id"],
    "resource_name": lambda things: things.resource["name"],
    "pk": lambda things: things.participation,
    "/api/users/{pk}/": lambda things: things.account("ana"),
    "DELETE /api/users/{pk}/": lambda things: things.victim(),
    "/api/groups/{pk}/": lambda things: things.group(),
    "userid": lambda things: "ana",
    "experiment": lambda things: "P1~S2",
    "public_name": lambda things: "link",
    "space_id": lambda things: things.space,
    "space_name": lambda things: "hall",
    "current": lambda things: 1,
    "maximum": lambda things: 9,
    # the administration's: a page of it, for superusers and staff; what is behind one is test_admin.py's
    "app": lambda things: "auth",
    "model": lambda things: "user",
    "key": lambda things: 999999999,
}

# objects that belong to somebody: where the table lets any user in, the handler must still keep them from others
OWNED = {"username", "id", "resource_name", "pk", "userid"}

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


class Row:
    """One row of the route table; `said` is its operation in the document, None for those that are not in it."""

    def __init__(self, verb, path, who, said):
        self.verb, self.path, self.who, self.said = verb, path, who, said
        self.parameters = set(re.findall(r"\{([^}]*)\}", path))

    def __str__(self):
        return f"{self.verb} {self.path} ({self.who})"

    def permits(self, caller):
        return caller in PERMITS[self.who]

    def changes(self):
        return self.verb in UNSAFE or bool((self.said or {}).get("x-changes"))

    def wants_csrf(self):
        return self.said is not None and any("csrf" in way for way in self.said["security"])

    def takes(self, scheme):
        return self.said is not None and any(scheme in way for way in self.said["security"])


class Things:
    """Accounts, and objects of ana's that are made anew once a call may have used them up."""

    def __init__(self, portico):
        self._portico = portico
        self.ana = portico.user("ana")
        self.bob = portico.user("bob")
        self.root = portico.admin("root")
        portico.experiment("P1", sessions=["S1", "S2"], users=["ana"])
        self.image()
        self.space = portico.anonymous().put("/space/new/occupancy/current/1/max/9").json()["space_id"]
        self.renew()

    def image(self):
        self._portico.image("link", "http://localhost/link", type="static_link")

    def renew(self):
        """Everything there again, whatever was called before."""
        self._portico.sql("UPDATE account_user SET active = 1, superuser = username = 'root'")
        if not self._portico.sql("SELECT 1 FROM facility_image WHERE public_name = 'link'"):
            self.image()
        ana = self.caller("ana")
        self.participation = ana.get("/api/facility/users/ana/experiments/").json()["results"][0]["id"]
        there = ana.get("/api/facility/resources/").json()["results"]
        there = [one for one in there if one["state"] == "created"]
        self.resource = there[0] if there else self._launch(ana)
        said = ana.post("/api/v1/chatbot/", json={"userid": "ana", "timestamp": "2026-01-01T10:00:00Z", "content": ["hey"]})
        assert said.status_code == 201, said.text

    def _launch(self, ana):
        answer = ana.post("/api/facility/resources/", json={"image": "link", "proposal_id": "P1", "session_number": "S1"})
        assert answer.status_code == 201, answer.text
        return answer.json()

    def account(self, name):
        return self._portico.sql(f"SELECT id FROM account_user WHERE username = '{name}'")[0][0]

    def victim(self):
        """An account that nobody needs."""
        if not self._portico.sql("SELECT 1 FROM account_user WHERE username = 'victim'"):
            self._portico.user("victim", login=False)
        return self.account("victim")

    def group(self):
        """One that ana is in."""
        self._portico.sql(
            """INSERT IGNORE INTO account_group (name) VALUES ('lab');
            INSERT IGNORE INTO account_membership (user_id, group_id)
            SELECT u.id, g.id FROM account_user u, account_group g WHERE u.username = 'ana' AND g.name = 'lab'"""
        )
        return self._portico.sql("SELECT id FROM account_group WHERE name = 'lab'")[0][0]

    def caller(self, name):
        """A session of its own, so that no call ends another's."""
        known = {"ana": self.ana, "bob": self.bob, "root": self.root}[name]
        client = self._portico.anonymous()
        assert client.login(known.username, known.password).status_code == 200
        return client

    def ask(self, row, client, **options):
        special = OBJECTS.get(f"{row.verb} {row.path}") or OBJECTS.get(row.path)
        path = re.sub(r"\{([^}]*)\}", lambda found: str((special or OBJECTS[found.group(1)])(self)), row.path)
        if row.said is not None and "requestBody" in row.said:
            options.setdefault("json", {})
        if row.verb == "POST" and row.path == "/api/admin/login/":
            client.get(path, contract=False)  # its token is asked for of everybody
        return client.request(options.pop("verb", row.verb), path, contract=row.said is not None, **options)


CALLERS = {"owner": "ana", "other": "bob", "superuser": "root"}


@pytest.fixture
def rows(portico, contract):
    said = {(verb, path): operation for verb, path, operation in contract.operations()}
    made = []
    for line in portico.cli("routes").splitlines():
        cells = re.fullmatch(rf"([A-Z]+) +(/\S*) +({'|'.join(sorted(PERMITS, key=len, reverse=True))}) +\S+ +\S.*", line)
        assert cells, f"nobody decided what this means: {line}"
        verb, path, who = cells.groups()
        made.append(Row(verb, path, who, said.get((verb, path))))
    return made


@pytest.fixture
def things(portico):
    return Things(portico)


def refused(answer):
    """True when the caller, and not what he asks for, was the reason. An answer that says who somebody is, is none. A page leads
    whoever it refuses to the login."""
    if answer.status_code == 302 and "/login/?next=" in answer.headers["Location"]:
        return True
    if answer.status_code not in (401, 403):
        return False
    said = answer.json() if answer.headers.get("Content-Type") == "application/json" else None
    return not (isinstance(said, dict) and "authenticated" in said)


def each(rows, things, ask):
    """Calls ask(row) for each and gathers what was wrong; what it says is printed with the row."""
    wrong = []
    for row in rows:
        try:
            ask(row)
        except AssertionError as failure:
            wrong.append(f"{row}: {str(failure).splitlines()[0]}")
        if row.changes():
            things.renew()
    assert not wrong, "\n".join(wrong)


def expect(answer, permitted):
    words = f"{answer.status_code} {answer.text[:200]}"
    if permitted:
        assert not refused(answer), f"should be let in, got {words}"
    else:
        assert refused(answer), f"should be refused, got {words}"
    assert answer.status_code < 500 or answer.status_code == 501, words


def test_the_document_and_the_route_table_say_the_same(rows, contract):
    documented = {(verb, path) for verb, path, _ in contract.operations()}

    assert documented <= {(row.verb, row.path) for row in rows}
    for row in rows:
        assert row.parameters <= set(OBJECTS), f"{row}: nobody said what its parameters stand for"
        if row.said is None:
            assert row.who in ("anyone", "staff"), f"{row} is hidden, and neither for everybody nor a page for staff"
            continue
        assert row.said["x-who"] == row.who, str(row)
        open_to_all = row.said["security"] == [] or {} in row.said["security"]
        assert open_to_all == (row.who == "anyone"), f"{row}: security is {row.said['security']}"
        if row.takes("session"):
            assert row.wants_csrf() == (row.verb in UNSAFE), f"{row}: security is {row.said['security']}"
        assert not row.said.get("x-changes") or row.verb == "GET", str(row)


def test_an_anonymous_caller_gets_what_is_for_anyone(rows, things, portico):
    each(rows, things, lambda row: expect(things.ask(row, portico.anonymous()), row.permits("anonymous")))


@pytest.mark.parametrize("caller", CALLERS)
def test_a_session_gets_what_the_row_permits(rows, things, caller):
    def ask(row):
        answer = things.ask(row, things.caller(CALLERS[caller]))

        if row.who == "user" and row.parameters & OWNED and caller != "owner":
            # the handler's to guard: a superuser may see some of it, another user never gets any
            assert answer.status_code in (403, 404) or (caller == "superuser" and not refused(answer)), answer.text
        else:
            expect(answer, row.permits(caller))
        if caller == "owner" and row.permits(caller) and row.parameters:
            assert answer.status_code != 404, "what everybody else is kept from is not there at all"

    each(rows, things, ask)


@pytest.mark.parametrize("caller", CALLERS)
def test_a_token_gets_the_same_without_csrf(rows, things, portico, caller):
    name = CALLERS[caller]
    token = portico.cli("user", "token", name).split()[-1]

    def ask(row):
        answer = things.ask(row, portico.client(token=token))

        if not row.takes("token"):
            expect(answer, row.permits("anonymous"))
        elif row.who != "user" or not row.parameters & OWNED or caller == "owner":
            expect(answer, row.permits(caller))
        else:
            assert answer.status_code in (403, 404) or (caller == "superuser" and not refused(answer)), answer.text

    each(rows, things, ask)


@pytest.mark.parametrize("caller", CALLERS)
def test_an_old_session_of_an_inactive_user_is_nobody(rows, things, portico, caller):
    def ask(row):
        client = things.caller(CALLERS[caller])
        portico.sql(f"UPDATE account_user SET active = 0 WHERE username = '{CALLERS[caller]}'")
        expect(things.ask(row, client), row.permits("anonymous"))
        portico.sql("UPDATE account_user SET active = 1")

    each(rows, things, ask)


@pytest.mark.parametrize("caller", CALLERS)
def test_an_expired_session_is_nobody(rows, things, portico, caller):
    def ask(row):
        client = things.caller(CALLERS[caller])
        portico.sql("UPDATE account_session SET created_at = '2026-01-01', expires_at = '2026-01-02'")
        expect(things.ask(row, client), row.permits("anonymous"))

    each(rows, things, ask)


@pytest.mark.parametrize("token", [None, "wrong", "w" * 32, "w" * 64])
def test_a_session_without_the_right_csrf_token_changes_nothing(rows, things, token):
    def ask(row):
        if not row.wants_csrf():
            return
        client = things.caller("ana" if row.permits("owner") else "root")
        answer = things.ask(row, client, csrf=False, headers={"X-CSRFToken": token} if token else {})
        assert (answer.status_code, answer.json().get("code")) == (403, "web.csrf"), f"{answer.status_code} {answer.text[:200]}"
        assert client.get("/api/facility/authenticated/").status_code == 200, "the session ended"

    each(rows, things, ask)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Mode": "navigate"},
        {"Origin": "https://elsewhere.example"},
        {"Referer": "https://elsewhere.example/page"},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_a_get_that_changes_something_is_not_for_other_sites(rows, things, headers):
    def ask(row):
        client = things.caller("ana" if row.permits("owner") else "root")
        answer = things.ask(row, client, headers=headers)
        if row.changes():
            assert (answer.status_code, answer.json().get("code")) == (403, "web.cross_site"), f"{answer.status_code} {answer.text[:200]}"
            assert client.get("/api/facility/authenticated/").status_code == 200, "the session ended"
            state = client.get(f"/api/facility/resources/{things.resource['id']}/").json()["state"]
            assert state == "created", "the resource was touched"
        else:
            expect(answer, True)

    each([row for row in rows if row.verb == "GET"], things, ask)


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}, {"Origin": "null"}],
    ids=["site", "origin", "null"],
)
def test_a_page_of_another_site_changes_nothing(rows, things, portico, headers):
    def ask(row):
        answer = things.ask(row, portico.anonymous(), headers=headers)
        if row.wants_csrf():
            assert (answer.status_code, answer.json().get("code")) == (403, "web.cross_site"), f"{answer.status_code} {answer.text[:200]}"
        elif row.path.startswith("/api/admin/"):
            assert answer.status_code == 403 and "scripts of other sites may not call it" in answer.text, answer.status_code
        else:
            expect(answer, row.permits("anonymous"))

    each([row for row in rows if row.verb in UNSAFE], things, ask)


def test_head_is_refused_as_get_is(rows, things, portico):
    def ask(row):
        if not row.changes():
            get, head = (things.ask(row, portico.anonymous(), verb=verb) for verb in ("GET", "HEAD"))
            assert head.status_code == get.status_code

    each([row for row in rows if row.verb == "GET"], things, ask)
