"""test_occupancy.py - the counters of spaces, as their old web client and others call them (occupancy.md)."""

import concurrent.futures
import hashlib
import http.client
import json
import random
import re
import time

import pytest

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
MISSING = "0f0e0d0c-0b0a-4908-8706-050403020100"
KEYS = ["space_id", "space_name", "occupancy", "created", "last_updated"]
JSON = "application/json; charset=UTF-8"


class Spaces:
    """A caller of one mount."""

    def __init__(self, portico, mount="/space"):
        self.client, self.mount = portico.anonymous(), mount

    def get(self, path, **options):
        return self.client.get(self.mount + path, **options)

    def put(self, path, **options):
        # the document has the paths without the final slash that may be there
        return self.client.put(self.mount + path, **{"contract": not path.endswith("/"), **options})

    def new(self, current=0, maximum=50, name=None):
        tail = "" if name is None else f"/name/{name}"
        answer = self.put(f"/new/occupancy/current/{current}/max/{maximum}{tail}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def current(self, space):
        return self.get("/" + space["space_id"]).json()["occupancy"]["current"]


@pytest.fixture(params=["/space", "/api/space"])
def spaces(portico, request):
    return Spaces(portico, request.param)


@pytest.fixture
def space(portico):
    """At the root mount alone."""
    return Spaces(portico)


def error(answer, status, text):
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == JSON
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.json() == {"error": text}


# ---- what the web client does ----


def test_creates_a_space_and_shows_it(spaces):
    made = spaces.put("/new/occupancy/current/3/max/50/name/Main%20hall")

    body = made.json()
    assert made.status_code == 200 and made.headers["Content-Type"] == JSON
    assert list(body)[:5] == KEYS
    assert UUID.fullmatch(body["space_id"])
    assert body["space_name"] == "Main hall"
    assert body["occupancy"] == {"current": 3, "maximum": 50}
    assert STAMP.fullmatch(body["created"]) and body["last_updated"] == body["created"]
    shown = spaces.get("/" + body["space_id"])
    assert shown.json() == body


def test_writes_json_as_python_does(space):
    answer = space.put("/new/occupancy/current/0/max/5/name/%C3%A4%3C%2Fb%3E%F0%9F%98%80")

    assert answer.text.startswith('{"space_id": "')
    assert '"space_name": "\\u00e4<\\/b>\\ud83d\\ude00", "occupancy": {"current": 0, "maximum": 5}, ' in answer.text
    assert answer.text == json.dumps(answer.json()).replace("</", "<\\/")


def test_counts_up_and_down_within_the_range(spaces):
    made = spaces.new(0, 2)
    path = "/" + made["space_id"]

    steps = [spaces.put(path + step).json() for step in ("/increment", "/increment/", "/increment", "/decrement/")]

    assert [step["occupancy"]["current"] for step in steps] == [1, 2, 2, 1]
    assert [step["applied"] for step in steps] == [True, True, False, True]
    assert steps[1]["last_updated"] == steps[2]["last_updated"]
    assert made["last_updated"] < steps[0]["last_updated"] < steps[1]["last_updated"] < steps[3]["last_updated"]
    assert {step["created"] for step in steps} == {made["created"]}
    below = [spaces.put(path + "/decrement").json() for _ in range(2)]
    assert [step["occupancy"]["current"] for step in below] == [0, 0]
    assert [step["applied"] for step in below] == [True, False]


def test_a_new_maximum_lowers_the_count(spaces):
    made = spaces.new(10, 20)
    path = "/" + made["space_id"]

    lowered = spaces.put(path + "/max/007/")
    same = spaces.put(path + "/max/7")

    assert lowered.json()["occupancy"] == {"current": 7, "maximum": 7}
    assert same.json()["occupancy"] == {"current": 7, "maximum": 7}
    assert same.json()["last_updated"] > lowered.json()["last_updated"]
    assert spaces.put(path + "/max/100000").json()["occupancy"] == {"current": 7, "maximum": 100000}


def test_a_name_may_hold_what_a_path_parts_at(spaces):
    for sent, name in (
        ("a%2Fb", "a/b"),
        ("a+b", "a+b"),
        ("%20%20x%20", "  x "),
        ("%20", " "),
        ("100%25", "100%"),
        ("%3F%23%26", "?#&"),
        ("x" * 255, "x" * 255),
        ("%C3%A4" * 255, "ä" * 255),
    ):
        made = spaces.new(name=sent)
        assert made["space_name"] == name
        assert spaces.get("/" + made["space_id"]).json()["space_name"] == name
    assert spaces.new()["space_name"] is None


def test_takes_every_form_of_an_id(spaces):
    made = spaces.new()
    plain = made["space_id"]
    digits = plain.replace("-", "")

    for form in (
        plain.upper(),
        digits,
        digits.upper(),
        "{" + plain + "}",
        "%7B" + plain + "%7d",
        "urn:uuid:" + plain,
        "-".join(digits),
        f"-{digits}-",
    ):
        answer = spaces.get("/" + form)
        assert answer.status_code == 200, form
        assert answer.json()["space_id"] == plain
    assert spaces.put(f"/urn:uuid:{digits}/increment").json()["space_id"] == plain


def test_refuses_every_other_form_of_an_id(space):
    digits = space.new()["space_id"].replace("-", "")

    for sent, shown in (
        ("nonsense", "nonsense"),
        ("new", "new"),
        (digits[:-1], digits[:-1]),
        (digits + "0", digits + "0"),
        ("0x" + digits[2:], "0x" + digits[2:]),
        (digits[:-1] + "_", digits[:-1] + "_"),
        (digits[:-1] + "%0a", digits[:-1] + "\n"),
        (digits[:-1] + "%D9%A1", digits[:-1] + "\u0661"),
        ("{" + digits, "{" + digits),
        ("x" * 3000, "x" * 3000),
        ("%C3%A4", "ä"),
    ):
        error(space.get("/" + sent), 400, f"{shown} is not in valid GUID format")
    error(space.put("/x/increment"), 400, "Submitted ID x is not a valid GUID")
    error(space.put("/x/decrement"), 400, "Submitted ID x is not a valid GUID")
    error(space.put("/new/increment"), 400, "Submitted ID new is not a valid GUID")
    error(space.put("/x/max/0"), 400, "Given space ID x is not a valid GUID format")


def test_says_that_a_space_is_not_there(spaces):
    braced = "{" + MISSING.upper() + "}"

    error(spaces.get("/" + MISSING), 404, f"No space found with requested ID {MISSING}")
    error(spaces.get("/" + braced), 404, f"No space found with requested ID {braced}")
    error(spaces.put(f"/{MISSING}/increment"), 404, f"Space ID {MISSING} was not found")
    error(spaces.put(f"/{MISSING}/decrement"), 404, f"Space ID {MISSING} was not found")
    error(spaces.put(f"/{braced}/max/5"), 404, f"Space {MISSING} does not exist")
    error(spaces.put(f"/{MISSING}/max/0"), 404, f"Space {MISSING} does not exist")


def test_refuses_a_maximum_out_of_range(spaces):
    path = "/" + spaces.new(1, 5)["space_id"]

    for sent, shown in (("0", "0"), ("000", "0"), ("100001", "100001"), ("0100001", "100001"), ("9" * 4000, "9" * 20 + "...")):
        text = f"Invalid occupancy value {shown}, must be 1 <= max <= 100000"
        error(spaces.put(f"/new/occupancy/current/0/max/{sent}"), 400, text)
        error(spaces.put(f"{path}/max/{sent}"), 400, text)
    assert spaces.get(path).json()["occupancy"] == {"current": 1, "maximum": 5}


def test_a_count_above_the_maximum_is_the_maximum(spaces):
    assert spaces.new(60, 50)["occupancy"] == {"current": 50, "maximum": 50}
    assert spaces.new("9" * 4000, 50)["occupancy"] == {"current": 50, "maximum": 50}
    assert spaces.new("0007", "0050")["occupancy"] == {"current": 7, "maximum": 50}


def test_refuses_names_that_cannot_be_shown(space):
    path = "/new/occupancy/current/0/max/5/name/"

    error(space.put(path + "a%07b"), 400, "Invalid space name, control characters are not allowed")
    error(space.put(path + "a%C2%85b"), 400, "Invalid space name, control characters are not allowed")
    error(space.put(path + "x" * 256), 400, "Invalid space name, at most 255 characters are allowed")
    assert space.put(path + "%ff").status_code == 400


def test_answers_whatever_else_is_asked_with_json(spaces):
    made = spaces.new()
    path = "/" + made["space_id"]

    for method, where in (
        ("GET", "/"),
        ("GET", path + "/"),
        ("PUT", "/new/occupancy/current/-1/max/5"),
        ("PUT", "/new/occupancy/current/0/max/abc"),
        ("PUT", "/new/occupancy/current/0/max/5/"),
        ("PUT", "/new/occupancy/current/0/max/5/name/"),
        ("PUT", path + "/max/NaN"),
        ("PUT", path + "/increment/x"),
        ("POST", path + "/nothing"),
    ):
        answer = spaces.client.request(method, spaces.mount + where)
        error(answer, 404, "Invalid URL requested")
        assert answer.headers["Access-Control-Allow-Methods"] == "GET, OPTIONS"
    error(spaces.client.get(spaces.mount), 404, "Invalid URL requested")


def test_says_which_methods_there_are(space):
    path = "/space/" + space.new()["space_id"]

    for method, where, allow in (
        ("POST", path, "GET, HEAD, OPTIONS"),
        ("DELETE", path, "GET, HEAD, OPTIONS"),
        ("GET", path + "/increment", "PUT, OPTIONS"),
        ("HEAD", path + "/increment", "PUT, OPTIONS"),
        ("PATCH", path + "/max/5", "PUT, OPTIONS"),
        ("GET", "/space/new/occupancy/current/0/max/5", "PUT, OPTIONS"),
    ):
        answer = space.client.request(method, where)
        assert answer.status_code == 405 and answer.headers["Allow"] == allow
        assert answer.headers["Content-Type"] == JSON and answer.headers["Access-Control-Allow-Origin"] == "*"
        if method != "HEAD":
            assert answer.json() == {"error": f'Method "{method}" not allowed.'}


def test_pages_of_any_origin_may_call(spaces):
    made = spaces.new()
    path = "/" + made["space_id"]
    foreign = {"Origin": "https://www.occupancyapp.com"}

    for answer, methods in (
        (spaces.put("/new/occupancy/current/0/max/5", headers=foreign), "PUT, OPTIONS"),
        (spaces.get(path, headers=foreign), "GET, OPTIONS"),
        (spaces.put(path + "/increment", headers=foreign), "PUT, OPTIONS"),
        (spaces.put(path + "/max/9", headers=foreign), "PUT, OPTIONS"),
    ):
        assert answer.status_code == 200
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Access-Control-Allow-Headers"] == "x-requested-with"
        assert answer.headers["Access-Control-Allow-Methods"] == methods
        for name in ("Access-Control-Max-Age", "Access-Control-Allow-Credentials", "Set-Cookie", "Allow"):
            assert name not in answer.headers
    for where in (path, path + "/increment", "/x/max/NaN", "/", "", "/nonsense/of/all/kinds"):
        asks = {**foreign, "Access-Control-Request-Method": "PUT"}
        answer = spaces.client.options(spaces.mount + where, headers=asks, contract=False)
        assert answer.status_code == 204 and answer.content == b""
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Access-Control-Allow-Methods"] == "GET, PUT, OPTIONS"
        assert answer.headers["Access-Control-Allow-Headers"] == "x-requested-with"


def test_an_unchanged_space_is_answered_with_304(spaces):
    made = spaces.new()
    path = "/" + made["space_id"]

    shown = spaces.get(path)
    tag = shown.headers["Etag"]

    assert tag == '"' + hashlib.sha1(shown.content).hexdigest() + '"'
    assert shown.headers["Cache-Control"] == "no-cache"
    for known in (tag, f'"x", {tag}', "W/" + tag, "*"):
        answer = spaces.get(path, headers={"If-None-Match": known})
        assert answer.status_code == 304 and answer.content == b""
        assert answer.headers["Access-Control-Allow-Origin"] == "*" and answer.headers["Etag"] == tag
    step = spaces.put(path + "/increment", headers={"If-None-Match": "*"})
    assert step.status_code == 200 and "Etag" not in step.headers
    assert spaces.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_head_is_get_without_the_body(space):
    path = "/space/" + space.new()["space_id"]

    shown, head = space.client.get(path), space.client.head(path)

    assert head.status_code == 200 and head.content == b""
    for name in ("Etag", "Content-Length", "Content-Type", "Cache-Control"):
        assert head.headers.get(name) == shown.headers.get(name)
    assert space.client.head("/space/" + MISSING).status_code == 404


def test_the_query_and_accept_are_not_looked_at(space):
    path = "/" + space.new()["space_id"]

    assert space.get(path + "?format=xml&x=%ff", headers={"Accept": "image/png"}).status_code == 200
    assert space.put(path + "/increment?a=b").json()["applied"] is True
    assert space.put(path + "/increment", data=b"a body nobody reads").status_code == 200


# ---- reading alone ----


def test_the_read_only_id_shows_and_does_not_change(spaces):
    made = spaces.new(3, 9, "Hall")
    path = "/" + made["read_only_id"]

    shown = spaces.get(path)

    assert shown.status_code == 200
    assert made["space_id"] not in shown.text
    assert shown.json()["space_id"] == made["read_only_id"]
    assert shown.json()["occupancy"] == made["occupancy"] and shown.json()["space_name"] == "Hall"
    assert spaces.get(path + "/history").status_code == 200
    for step in ("/increment", "/decrement", "/max/5"):
        error(spaces.put(path + step), 403, f"Space ID {made['read_only_id']} is for reading only")
    assert spaces.get("/" + made["space_id"]).json() == made
    stranger = MISSING[:14] + "8" + MISSING[15:]
    error(spaces.put(f"/{stranger}/increment"), 404, f"Space ID {stranger} was not found")


# ---- history ----


def test_every_applied_change_is_in_the_history(spaces):
    path = "/" + spaces.new(1, 3)["space_id"]
    for step in ("/increment", "/increment", "/increment", "/decrement", "/max/1", "/decrement", "/decrement"):
        spaces.put(path + step)

    history = spaces.get(path + "/history").json()

    points = history["points"]
    assert [(p["current"], p["maximum"]) for p in points] == [(1, 3), (2, 3), (3, 3), (2, 3), (1, 1), (0, 1)]
    assert all(p["low"] == p["high"] == p["current"] and p["changes"] == 1 for p in points)
    assert [p["at"] for p in points] == sorted({p["at"] for p in points})
    assert points[-1]["at"] == spaces.get(path).json()["last_updated"]
    assert history["next"] is None and history["resolution"] == "event"


def test_the_history_is_summed_up_by_stretches(space, portico):
    made = space.new(0, 9)
    path = "/" + made["space_id"]
    portico.sql("DELETE FROM occupancy_event")
    rows = [("10:00:10", 1), ("10:00:50", 4), ("10:01:00", 2), ("11:30:00", 3), ("23:59:59.999999", 7)]
    for at, count in rows:
        portico.sql(
            "INSERT INTO occupancy_event SELECT id, '2026-01-05 %s', 1, %d, 9, %d, %d, 1 FROM occupancy_space" % (at, count, count, count)
        )
    day = "?from=2026-01-05&to=2026-01-06"
    stretch = lambda name: [
        (p["at"][11:19], p["current"], p["low"], p["high"], p["changes"])
        for p in space.get(f"{path}/history{day}T00:00:00Z&resolution={name}".replace("2026-01-05&", "2026-01-05T00:00:00Z&")).json()["points"]
    ]

    assert stretch("minute") == [("10:00:00", 4, 1, 4, 2), ("10:01:00", 2, 2, 2, 1), ("11:30:00", 3, 3, 3, 1), ("23:59:00", 7, 7, 7, 1)]
    assert stretch("hour") == [("10:00:00", 2, 1, 4, 3), ("11:00:00", 3, 3, 3, 1), ("23:00:00", 7, 7, 7, 1)]
    assert stretch("day") == [("00:00:00", 7, 1, 7, 5)]


def test_the_history_comes_in_pages_and_as_csv(space):
    path = "/" + space.new(0, 99)["space_id"]
    for _ in range(6):
        space.put(path + "/increment")

    whole = space.get(path + "/history").json()
    found, query = [], "?limit=3"
    while query:
        page = space.get(path + "/history" + query)
        found += page.json()["points"]
        link = page.headers.get("Link")
        query = re.fullmatch(r'<(\?.*)>; rel="next"', link)[1] if link else None
        assert (page.json()["next"] is None) == (link is None)
    csv = space.get(path + "/history?format=csv")

    assert found == whole["points"] and len(found) == 7
    assert csv.headers["Content-Type"] == "text/csv; charset=UTF-8"
    lines = csv.text.split("\r\n")
    assert lines[0] == "at,current,maximum,low,high,changes" and lines[-1] == ""
    assert [line.split(",")[1] for line in lines[1:-1]] == [str(n) for n in range(7)]
    assert space.get(path + "/history", headers={"Accept": "text/csv"}).text == csv.text


def test_refuses_a_history_that_cannot_be(space):
    path = "/" + space.new()["space_id"]

    for query in ("from=yesterday", "resolution=week", "limit=0", "limit=10001", "format=xml", "from=2026-01-02T00:00&to=2026-01-01T00:00"):
        answer = space.get(f"{path}/history?{query}")
        assert answer.status_code == 400 and answer.json()["error"].startswith(query.split("=")[0] + ": "), query
    error(space.get(f"/{MISSING}/history"), 404, f"No space found with requested ID {MISSING}")


# ---- lifetime ----


@pytest.mark.one_front
def test_a_space_lives_as_long_as_it_is_used(portico):
    with portico.settings("occupancy", lifetime_s=3):
        space = Spaces(portico)
        read, stepped, refused, left = (space.new(0, 1) for _ in range(4))
        for _ in range(5):
            time.sleep(1)
            assert space.get("/" + read["read_only_id"]).status_code == 200
            assert space.put(f"/{stepped['space_id']}/increment").status_code == 200
            assert space.put(f"/{refused['space_id']}/decrement").json()["applied"] is False
        assert space.get("/" + read["space_id"]).json()["last_updated"] == read["last_updated"]
        for where in ("", "/history"):
            error(space.get(f"/{left['space_id']}{where}"), 404, f"No space found with requested ID {left['space_id']}")
        error(space.put(f"/{left['space_id']}/decrement"), 404, f"Space ID {left['space_id']} was not found")
        error(space.put(f"/{left['space_id']}/max/5"), 404, f"Space {left['space_id']} does not exist")
        error(space.get("/" + left["read_only_id"]), 404, f"No space found with requested ID {left['read_only_id']}")


@pytest.mark.one_front
def test_a_read_writes_the_lifetime_at_most_once_a_minute(portico):
    space = Spaces(portico)
    made = space.new()
    ends = lambda: portico.sql("SELECT expires_at FROM occupancy_space")[0][0]

    before = ends()
    for _ in range(5):
        space.get("/" + made["space_id"])
    assert ends() == before
    portico.sql("UPDATE occupancy_space SET expires_at = expires_at - INTERVAL 61 SECOND")
    tag = space.get("/" + made["space_id"]).headers["Etag"]
    assert ends() > before
    portico.sql("UPDATE occupancy_space SET expires_at = expires_at - INTERVAL 61 SECOND")
    assert space.get("/" + made["space_id"], headers={"If-None-Match": tag}).status_code == 304
    assert ends() > before


# ---- limits and outages ----


@pytest.mark.one_front
def test_one_address_may_create_and_change_only_so_often(portico):
    with portico.settings("occupancy", unlimited="", creations_per_minute=3, changes_per_minute=4, reads_per_minute=5):
        space = Spaces(portico)
        made = [space.put("/new/occupancy/current/0/max/5") for _ in range(4)]
        path = "/" + made[0].json()["space_id"]
        key = {"Idempotency-Key": "k"}  # a repetition counts like any other call
        steps = [space.put(path + "/increment", headers=headers) for headers in ({}, {}, key, key, key)]
        reads = [space.get(path) for _ in range(6)]

        for answers in (made, steps, reads):
            assert [answer.status_code for answer in answers] == [200] * (len(answers) - 1) + [429]
            error(answers[-1], 429, "Too many requests, try again later")
            assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
        assert [answer.headers.get("Idempotent-Replayed") for answer in steps] == [None] * 3 + ["true", None]
        assert space.client.post("/api/facility/login/", json={}).status_code == 400


@pytest.mark.only_fronts("nginx")  # the tests' Apache leaves the root of the host to the site
def test_the_contact_form_is_answered_with_json(portico):
    with portico.settings("occupancy", contact="write to help@example.org"):
        answer = portico.anonymous().post("/", json={"call": "contact", "email": "a@b.c", "message": "hello"})

    error(answer, 501, "Messages are not taken here: write to help@example.org")


@pytest.mark.one_front
def test_a_lost_database_is_told_without_causes(portico, front):
    space = Spaces(portico)
    made = space.new()
    path = "/" + made["space_id"]

    front.world.database.stop()
    try:
        for answer in (space.get(path), space.put(path + "/increment"), space.put("/new/occupancy/current/0/max/5"), space.put(path + "/max/5")):
            error(answer, 503, "Service temporarily unavailable")
            assert int(answer.headers["Retry-After"]) > 0
    finally:
        front.world.database.start()
    assert space.get(path).json() == made


@pytest.mark.only_fronts("nginx", "apache-proxy")  # mod_fcgid makes the workers itself
def test_what_the_web_server_says_itself_is_json_too(portico, front):
    space = Spaces(portico)
    too_large = space.put("/new/occupancy/current/0/max/5", data=b"x" * (1 << 20) + b"x", contract=False)
    front.pool.stop()
    try:
        away = space.get("/" + MISSING, contract=False)
    finally:
        front.start_pool()
        front.wait_ready()

    for answer, status, text in ((too_large, 413, "The body is larger than 1 MiB"), (away, 503, "Service temporarily unavailable")):
        assert answer.status_code == status and answer.json() == {"error": text}
        assert answer.headers["Content-Type"].lower() == JSON.lower()  # Apache writes it small
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


# ---- many at once ----

CLIENTS, STEPS = 50, 10000


def race(front, spaces, maximum):
    """STEPS random steps by CLIENTS callers; returns per space the sum of the applied ones."""
    sums = {space: 0 for space in spaces}

    def client(seed):
        chance, mine = random.Random(seed), []
        connection = http.client.HTTPConnection("127.0.0.1", front.port, timeout=120)
        for _ in range(STEPS // CLIENTS):
            space, up = chance.choice(spaces), chance.random() < 0.55
            connection.request("PUT", f"/space/{space}/{'increment' if up else 'decrement'}")
            answer = connection.getresponse()
            body = json.loads(answer.read())
            assert answer.status == 200, body
            assert 0 <= body["occupancy"]["current"] <= maximum
            if body["applied"]:
                mine.append((space, 1 if up else -1))
            else:
                assert body["occupancy"]["current"] == (maximum if up else 0) or len(spaces) == 1
        connection.close()
        return mine

    with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        for steps in pool.map(client, range(CLIENTS)):
            for space, step in steps:
                sums[space] += step
    return sums


@pytest.mark.one_front
@pytest.mark.parametrize("count, maximum", [(1, 20), (1, 100000), (1000, 3)])
def test_ten_thousand_steps_of_fifty_clients_are_counted_exactly(portico, front, count, maximum):
    space = Spaces(portico)
    ids = [space.new(0, maximum)["space_id"] for _ in range(count)]

    sums = race(front, ids, maximum)

    rows = portico.sql(
        "SELECT LOWER(HEX(s.id)), s.current, SUM(IF(e.kind = 1, 1, IF(e.kind = 2, -1, 0))), MIN(e.current), MAX(e.current)"
        " FROM occupancy_space s JOIN occupancy_event e ON e.space_id = s.id GROUP BY s.id"
    )
    assert len(rows) == count
    for hex_id, current, history, low, high in rows:
        space_id = "-".join((hex_id[:8], hex_id[8:12], hex_id[12:16], hex_id[16:20], hex_id[20:]))
        assert int(current) == sums[space_id] == int(history)
        assert 0 <= int(low) <= int(high) <= maximum
