"""test_resource_journey.py - launching, reaching and ending resources: the old client's way and the honest one."""

import re

import pytest
import requests

API = "/api/facility"
one_front = pytest.mark.one_front

OLD_KEYS = [
    "calipso_user", "calipso_experiment", "container_id", "container_name", "container_status", "container_logs",
    "guacamole_username", "guacamole_password", "creation_date", "host_port", "public_name", "container_info", "image", "num_cpus",
    "memory_allocated", "hdd_allocated", "id",
]  # fmt: skip


def run(client, experiment, image, user=None):
    return client.get(f"{API}/resource/run/{user or client.username}/{experiment}/{image}/")


def end(client, verb, name, image, user=None):
    return client.get(f"{API}/resource/{verb}/{user or client.username}/{name}/{image}/")


def launch(client, image, **body):
    return client.post(f"{API}/resources/", json={"image": image, **body})


def guacamole(portico, what):
    """Rows of a question to Guacamole's database."""
    return portico.sql(what.replace("{g}", portico.front.guacamole))


def holds(portico, table, text):
    """Whether any column of any row holds that text, be it among bytes."""
    columns = [row[0] for row in portico.sql(f"SHOW COLUMNS FROM {table}")]
    return portico.sql(f"SELECT COUNT(*) FROM {table} WHERE " + " OR ".join(f"INSTR({c}, '{text}')" for c in columns)) != [["0"]]


# ---- the old client ----


def test_the_old_client_launches_reaches_stops_and_removes_a_notebook(portico, docker):
    ana = portico.user("ana")
    portico.experiment("P1", sessions=["S1"], users=[ana])
    portico.image("notebook")

    answer = run(ana, "P1~S1", "notebook")

    assert answer.status_code == 201
    box = answer.json()
    assert list(box) == OLD_KEYS
    assert box["container_status"] == "created"
    assert (box["calipso_experiment"], box["container_info"]) == ("S1", "P1")
    assert re.fullmatch("[0-9a-f]{64}", box["container_id"])
    assert (box["num_cpus"], box["memory_allocated"], box["hdd_allocated"]) == (1, "64M", "1G")
    assert box["guacamole_username"] == box["guacamole_password"] == ""
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\?token=[0-9a-f]+", box["host_port"])
    page = requests.get(box["host_port"], timeout=10)
    assert page.status_code == 200
    assert ana.get(f"{API}/resource/list/ana/").json() == [box]

    stopped = end(ana, "stop", box["container_name"], "notebook")
    assert stopped.status_code == 200
    assert stopped.json()["container_status"] == "stopped"
    assert not stopped.json()["host_port"].startswith("http")
    assert ana.get(f"{API}/resource/list/ana/").json() == []
    assert [c["State"] for c in docker.containers()] == ["exited"]

    removed = end(ana, "rm", box["container_name"], "notebook")
    assert removed.status_code == 200
    assert removed.json()["container_status"] == "removed"
    assert docker.containers() == []


def test_a_desktop_is_reached_through_guacamole_while_it_runs(portico, docker):
    ana = portico.user("ana")
    portico.experiment("P1", sessions=["S1"], users=[ana])
    portico.image("desktop", "portico-demo-desktop:1")

    box = run(ana, "P1~S1", "desktop").json()

    assert re.fullmatch("[0-9]+", box["host_port"])
    assert re.fullmatch("[0-9a-f]{32}", box["guacamole_username"])
    assert re.fullmatch("[0-9a-f]{32}", box["guacamole_password"])
    password = next(v for v in docker.inspect(box["container_name"])["Config"]["Env"] if v.startswith("VNC_PW="))[7:]
    rows = guacamole(
        portico,
        "SELECT c.protocol, MAX(IF(p.parameter_name = 'hostname', p.parameter_value, '')),"
        "       MAX(IF(p.parameter_name = 'port', p.parameter_value, '')), MAX(IF(p.parameter_name = 'password', p.parameter_value, ''))"
        "  FROM {g}.guacamole_connection c JOIN {g}.guacamole_connection_parameter p USING (connection_id)"
        f" WHERE c.connection_name = '{box['container_name']}' GROUP BY c.connection_id",
    )
    assert rows == [["vnc", "127.0.0.1", box["host_port"], password]]
    rows = guacamole(
        portico,
        "SELECT e.name, x.permission, u.password_hash = UNHEX(SHA2(CONCAT('%s', HEX(u.password_salt)), 256))"
        "  FROM {g}.guacamole_user u JOIN {g}.guacamole_entity e USING (entity_id)"
        "  JOIN {g}.guacamole_connection_permission x USING (entity_id)" % box["guacamole_password"],
    )
    assert rows == [[box["guacamole_username"], "READ", "1"]]

    stopped = end(ana, "stop", box["container_name"], "desktop").json()

    assert stopped["guacamole_username"] == stopped["guacamole_password"] == ""
    for table in ("user", "entity", "connection", "connection_parameter", "connection_permission"):
        assert guacamole(portico, f"SELECT COUNT(*) FROM {{g}}.guacamole_{table}") == [["0"]]


@one_front
def test_every_desktop_has_a_password_of_its_own(portico, docker):
    ana = portico.user("ana")
    portico.image("desktop", "portico-demo-desktop:1")
    boxes = [run(ana, own, "desktop").json() for own in ("aaaaa", "bbbbb")]

    passwords = {
        next(v for v in docker.inspect(b["container_name"])["Config"]["Env"] if v.startswith("VNC_PW="))[7:] for b in boxes
    }

    assert len(passwords) == 2
    assert all(re.fullmatch("[A-Za-z0-9]{8}", p) for p in passwords)
    for password in passwords:
        assert not holds(portico, "facility_resource", password)


@one_front
def test_what_a_resource_is_given_and_what_is_taken_from_it(portico, docker):
    ana = portico.user("ana")
    data = portico.dataset("scan")
    out = portico.front.world.results / "ana-out"
    out.mkdir(exist_ok=True)
    out.chmod(0o777)
    portico.experiment(
        "P1",
        sessions={"S1": {str(data): {"bind": "/scan", "mode": "ro"}, str(out): {"bind": "/out", "mode": "rw"}}},
        users=[ana],
        uid=22001,
        gid=22002,
    )
    portico.image("notebook", cpu=2, memory="96M")

    name = run(ana, "P1~S1", "notebook").json()["container_name"]

    seen = docker.inspect(name)
    config, host = seen["Config"], seen["HostConfig"]
    assert config["User"] == "22001:22002"
    assert "PYTHONUNBUFFERED=0" in config["Env"]
    assert sorted(host["Binds"]) == sorted([f"{data}:/tmp/data/scan:ro", f"{out}:/tmp/results/out:rw"])
    assert host["Memory"] == host["MemorySwap"] == 96 << 20
    assert host["NanoCpus"] == 2 * 10**9
    assert host["PidsLimit"] == 512
    assert host["CapDrop"] == ["ALL"]
    assert "no-new-privileges" in host["SecurityOpt"]
    assert host["RestartPolicy"]["Name"] == "no"
    assert host["LogConfig"]["Config"]["max-size"] == "10m"
    assert host["GroupAdd"] == ["100"]
    assert not host["Privileged"] and not host["PublishAllPorts"]
    assert list(host["PortBindings"]) == ["8888/tcp"]
    assert [b["HostIp"] for b in seen["NetworkSettings"]["Ports"]["8888/tcp"]] == ["127.0.0.1"]
    labels = config["Labels"]
    assert labels["org.portico.user"] == "ana"
    assert name == "calipso-" + labels["org.portico.resource"]
    assert labels["org.portico.instance"] == portico.sql("SELECT uuid FROM facility_instance")[0][0]


@one_front
def test_an_own_resource_gets_its_owners_folder_and_works_in_it(portico, docker):
    ana = portico.user("ana")
    portico.image("notebook")
    own = portico.front.world.results / "own"
    with portico.settings("facility", own_results=own, extra_groups="2001, 2002"):
        made = launch(ana, "notebook").json()

    seen = docker.inspect(made["name"])
    assert seen["HostConfig"]["Binds"] == [f"{own}/ana:/tmp/results/ana:rw"]
    assert seen["Config"]["WorkingDir"] == "/tmp/results/ana"
    assert seen["HostConfig"]["GroupAdd"] == ["2001", "2002", "100"]
    assert re.fullmatch("[a-z0-9]{5}", made["session_number"])


@one_front
def test_a_link_is_a_resource_too(portico, docker):
    ana = portico.user("ana", quota={"sessions": 1})
    portico.image("site", "https://www.example.org/start", type="static_link")

    box = run(ana, "abcde", "site").json()

    assert (box["container_status"], box["host_port"]) == ("created", "https://www.example.org/start")
    assert (box["calipso_experiment"], box["container_info"]) == ("abcde", "abcde")
    assert docker.containers() == []
    refused = run(ana, "fghij", "site")
    assert (refused.status_code, refused.headers["X-Calipso-Error"]) == (204, "Max machines exceeded")
    assert end(ana, "stop", box["container_name"], "site").json()["container_status"] == "stopped"
    assert end(ana, "rm", box["container_name"], "site").json()["container_status"] == "removed"


# ---- refusals, as the old client is told ----


def test_the_old_client_is_refused_with_204_and_the_reason_in_a_header(portico):
    ana = portico.user("ana", quota={"sessions": 1})
    portico.experiment("P1", sessions=["S1", "S2"], users=[ana])
    portico.image("notebook")
    assert run(ana, "P1~S1", "notebook").status_code == 201

    for experiment, reason in [
        ("P1~S1", "Resource already launched"),
        ("P1~S2", "Max machines exceeded"),
        ("P1~S9", "Session not found"),
        ("P9~S1", "Session not found"),
        ("x" * 51, "An id has 1 to 50 characters."),
        ("P1~", "An id has 1 to 50 characters."),
    ]:
        answer = run(ana, experiment, "notebook")
        assert (answer.status_code, answer.headers["X-Calipso-Error"], answer.content) == (204, reason, b"")


@one_front
@pytest.mark.parametrize(
    "quota, reason",
    [
        ({"cpu": 1}, "Max cpus exceeded"),
        ({"memory": "127M"}, "Max memory exceeded"),
        ({"hdd": "1G"}, "Max hdd exceeded"),
    ],
)
def test_the_requested_resource_counts_against_each_limit(portico, quota, reason):
    ana = portico.user("ana", quota=quota)
    portico.image("site", "https://www.example.org/", type="static_link", cpu=1, memory="64M", hdd="1G")

    assert run(ana, "aaaaa", "site").status_code == 201

    assert run(ana, "bbbbb", "site").headers["X-Calipso-Error"] == reason


@one_front
def test_the_checks_of_a_launch_come_in_the_old_order(portico):
    ana = portico.user("ana")
    portico.user("bob")
    portico.image("notebook")

    unknown = run(ana, "abcde", "nothing", user="bob")
    stranger = run(ana, "abcde", "notebook", user="bob")

    assert (unknown.status_code, unknown.json()["detail"]) == (404, "Not found.")
    assert (stranger.status_code, stranger.json()) == (403, "username mismatch")
    assert portico.sql("SELECT COUNT(*) FROM facility_resource") == [["0"]]


@one_front
def test_a_type_without_a_driver_is_not_implemented(portico):
    ana = portico.user("ana")
    portico.image("vm", "machine", type="virtual_machine")

    old = run(ana, "abcde", "vm")
    new = launch(ana, "vm")

    assert (old.status_code, list(old.json())) == (501, ["error"])
    assert (new.status_code, new.json()["code"]) == (501, "facility.type.unsupported")


@one_front
def test_nobody_mounts_the_data_of_experiments_without_taking_part(portico, docker):
    ana = portico.user("ana")
    bob = portico.user("bob")
    portico.experiment("P1", sessions=["S1"], users=[bob])
    portico.experiment("P2", sessions=["S2"], users=[ana])
    portico.image("notebook")

    for experiment in ("P1~S1", "P2~S1", "P1~S2"):
        assert run(ana, experiment, "notebook").headers["X-Calipso-Error"] == "Session not found"
    assert docker.containers() == []

    own = run(ana, "S1", "notebook").json()  # an id without ~ is never a session
    assert docker.inspect(own["container_name"])["HostConfig"]["Binds"] in (None, [])
    assert docker.inspect(own["container_name"])["Config"]["User"] == "21000:21000"


@one_front
@pytest.mark.parametrize("uid", [None, 0])
def test_nothing_runs_as_root_unless_the_site_allows_it(portico, docker, uid):
    ana = portico.user("ana")
    portico.image("notebook")
    portico.experiment("P1", sessions=["S1"], users=[ana], uid=uid, gid=uid)
    with portico.settings("facility", default_uid="0", default_gid="0"):
        answer = launch(ana, "notebook", proposal_id="P1", session_number="S1")
        assert (answer.status_code, answer.json()["code"]) == (409, "facility.launch.identity")
        assert docker.containers() == []
    with portico.settings("facility", default_uid="0", default_gid="0", allow_root="yes"):
        answer = launch(ana, "notebook", proposal_id="P1", session_number="S1")
        assert answer.status_code == 201
        assert docker.inspect(answer.json()["name"])["Config"]["User"] == "0:0"


@one_front
def test_data_outside_the_roots_is_not_mounted(portico, docker):
    ana = portico.user("ana")
    portico.image("notebook")
    portico.experiment("P1", sessions=["S1"], users=[ana])
    portico.sql("""UPDATE facility_session SET data_set_path = '{"/etc": {"bind": "/etc", "mode": "ro"}}'""")

    answer = launch(ana, "notebook", proposal_id="P1", session_number="S1")

    assert (answer.status_code, answer.json()["code"]) == (409, "facility.launch.data")
    assert docker.containers() == []


@one_front
def test_own_resources_need_the_user_offices_word(portico, office, docker):
    ana = portico.user("ana")
    portico.experiment("P1", sessions=["S1"], users=[ana])
    portico.image("notebook")
    with portico.settings("facility", default_authorization="no"):
        office.user("ana", "x", authorized=False)
        assert run(ana, "abcde", "notebook").status_code == 204
        refused = launch(ana, "notebook")
        assert (refused.status_code, refused.json()["code"]) == (403, "facility.own.forbidden")
        assert launch(ana, "notebook", proposal_id="P1", session_number="S1").status_code == 201
        office.user("ana", "x", authorized=True)
        assert launch(ana, "notebook").status_code == 201


def test_a_page_of_another_site_launches_and_ends_nothing(portico, docker):
    ana = portico.user("ana")
    portico.image("notebook")
    box = run(ana, "abcde", "notebook").json()

    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example"},
        {"Referer": "https://evil.example/page"},
    ):
        for path in (
            "resource/run/ana/zzzzz/notebook/",
            f"resource/stop/ana/{box['container_name']}/notebook/",
            f"resource/rm/ana/{box['container_name']}/notebook/",
        ):
            assert ana.get(f"{API}/{path}", headers=headers).status_code == 403
    assert [c["State"] for c in docker.containers()] == ["running"]
    same = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors", "Referer": f"{portico.url}/"}
    assert ana.get(f"{API}/resource/stop/ana/{box['container_name']}/notebook/", headers=same).status_code == 200


# ---- the honest way ----


def test_a_resource_is_launched_shown_stopped_and_removed_by_its_own_address(portico, docker):
    ana = portico.user("ana")
    portico.experiment("P1", sessions=["S1"], users=[ana])
    portico.image("notebook")

    answer = launch(ana, "notebook", proposal_id="P1", session_number="S1")

    assert answer.status_code == 201
    made = answer.json()
    assert (made["state"], made["type"], made["proposal_id"], made["session_number"]) == ("created", "docker_container", "P1", "S1")
    address = f"{API}/resources/{made['id']}/"
    assert answer.headers["Location"] == portico.url + address
    assert ana.get(address).json() == made
    assert [r["id"] for r in ana.get(f"{API}/resources/").json()["results"]] == [made["id"]]

    stopped = ana.post(f"{address}stop/")
    assert (stopped.status_code, stopped.json()["state"]) == (200, "stopped")
    assert ana.post(f"{address}stop/").status_code == 200  # asked again: it is so
    assert ana.delete(address).status_code == 204
    assert ana.delete(address).status_code == 204
    assert docker.containers() == []
    assert ana.get(f"{API}/resources/").json()["count"] == 0
    assert [r["state"] for r in ana.get(f"{API}/resources/?all=1").json()["results"]] == ["removed"]
    refused = ana.post(f"{address}stop/")
    assert (refused.status_code, refused.json()["code"]) == (409, "facility.resource.state")


@one_front
def test_a_running_resource_is_stopped_before_it_is_removed(portico, docker):
    ana = portico.user("ana")
    portico.image("desktop", "portico-demo-desktop:1")
    made = launch(ana, "desktop").json()

    assert ana.delete(f"{API}/resources/{made['id']}/").status_code == 204

    assert docker.containers() == []
    assert guacamole(portico, "SELECT COUNT(*) FROM {g}.guacamole_user") == [["0"]]
    assert ana.get(f"{API}/used_quota/ana/").json()["max_simultaneous"] == 0


@one_front
def test_refusals_say_what_they_are(portico):
    ana = portico.user("ana", quota={"sessions": 1})
    portico.experiment("P1", sessions=["S1", "S2"], users=[ana])
    portico.image("site", "https://www.example.org/", type="static_link")
    assert launch(ana, "site", proposal_id="P1", session_number="S1").status_code == 201

    for body, status, code in [
        ({"image": "site", "proposal_id": "P1", "session_number": "S1"}, 409, "facility.quota.session"),
        ({"image": "site", "proposal_id": "P1", "session_number": "S2"}, 409, "facility.quota.machines"),
        ({"image": "site", "proposal_id": "P1", "session_number": "S3"}, 404, "base.not_found"),
        ({"image": "none"}, 404, "base.not_found"),
        ({"image": "site", "proposal_id": "P1"}, 400, "base.fields"),
        ({}, 400, "base.fields"),
        ({"image": "site", "session_number": "x" * 51}, 400, "base.fields"),
    ]:
        answer = ana.post(f"{API}/resources/", json=body)
        assert (answer.status_code, answer.json()["code"]) == (status, code), body


@one_front
def test_a_launch_by_session_needs_the_csrf_token(portico):
    ana = portico.user("ana")
    portico.image("site", "https://www.example.org/", type="static_link")

    assert ana.post(f"{API}/resources/", json={"image": "site"}, csrf=False).status_code == 403

    assert portico.sql("SELECT COUNT(*) FROM facility_resource") == [["0"]]


# ---- other people ----


def test_a_stranger_neither_sees_nor_ends_a_resource(portico, docker):
    ana, bob = portico.user("ana"), portico.user("bob")
    portico.image("notebook")
    made = launch(ana, "notebook").json()
    address, name = f"{API}/resources/{made['id']}/", made["name"]

    assert bob.get(address).status_code == 404
    assert bob.post(f"{address}stop/").status_code == 404
    assert bob.delete(address).status_code == 404
    assert bob.get(f"{API}/containers/{made['id']}").status_code == 404
    assert bob.get(f"{API}/containers/").json() == bob.get(f"{API}/activecontainers/").json() == []
    assert bob.get(f"{API}/resource/list/ana/").json()["detail"] == "Permission denied."
    assert bob.get(f"{API}/users/ana/containers/").status_code == 403
    assert end(bob, "stop", name, "notebook", user="ana").json() == "username mismatch"
    mine = end(bob, "stop", name, "notebook")
    assert (mine.status_code, mine.json()) == (400, {"error": "CalipsoContainer matching query does not exist."})
    assert end(bob, "rm", name, "notebook").status_code == 400
    assert end(bob, "rm", "caf%C3%A9-%F0%9F%92%A9", "notebook").json() == mine.json()
    anonymous = portico.anonymous()
    assert anonymous.get(f"{API}/resource/stop/ana/{name}/notebook/").status_code == 403
    assert anonymous.get(f"{API}/resources/").status_code == 403
    assert [c["State"] for c in docker.containers()] == ["running"]


@one_front
def test_a_resource_is_stopped_as_what_it_is(portico, docker):
    ana = portico.user("ana")
    portico.image("notebook")
    portico.image("site", "https://www.example.org/", type="static_link")
    box = run(ana, "abcde", "notebook").json()

    answer = end(ana, "stop", box["container_name"], "site")

    assert answer.status_code == 400
    assert [c["State"] for c in docker.containers()] == ["running"]
    assert ana.get(f"{API}/resource/list/ana/").json()[0]["container_status"] == "created"
    assert end(ana, "stop", box["container_name"], "nothing").status_code == 404
    assert end(ana, "rm", box["container_name"], "notebook").json()["container_status"] == "removed"
    assert docker.containers() == []


@one_front
def test_a_superuser_sees_everything_but_credentials(portico):
    ana, root = portico.user("ana"), portico.admin()
    portico.image("desktop", "portico-demo-desktop:1")
    portico.image("notebook")
    desktop, notebook = launch(ana, "desktop").json(), launch(ana, "notebook").json()
    assert ana.get(f"{API}/containers/{desktop['id']}").json()["guacamole_password"] == desktop["guacamole_password"] != ""

    for path in ("resource/list/ana/", "users/ana/containers/", "containers/", "activecontainers/"):
        boxes = root.get(f"{API}/{path}").json()
        assert {b["id"] for b in boxes} == {desktop["id"], notebook["id"]}
        assert {(b["guacamole_username"], b["guacamole_password"]) for b in boxes} == {("", "")}
        assert not any("token" in b["host_port"] for b in boxes)
    assert root.get(f"{API}/containers/{desktop['id']}").json()["guacamole_password"] == ""
    assert root.get(f"{API}/resources/{notebook['id']}/").json()["address"] == ""
    assert root.get(f"{API}/containers/999999").status_code == 404
    assert root.get(f"{API}/containers/x").status_code == 404
    assert root.post(f"{API}/resources/{desktop['id']}/stop/").status_code == 404
    assert root.get(f"{API}/resource/list/nobody/").status_code == 404


@one_front
def test_lists_are_cut_into_pages(portico):
    ana = portico.user("ana")
    portico.image("site", "https://www.example.org/", type="static_link")
    made = launch(ana, "site").json()

    assert [b["id"] for b in ana.get(f"{API}/containers/?page=1").json()] == [made["id"]]
    assert ana.get(f"{API}/containers/?page=2").json()["detail"] == "Invalid page."
    assert ana.get(f"{API}/activecontainers/?page=x").status_code == 404
    assert ana.get(f"{API}/resources/?page=0").status_code == 404


@one_front
def test_secrets_stay_out_of_logs_and_jobs(portico):
    ana = portico.user("ana")
    portico.image("desktop", "portico-demo-desktop:1")
    portico.image("notebook")
    desktop, notebook = launch(ana, "desktop").json(), launch(ana, "notebook").json()
    token = notebook["address"].split("token=")[1]

    for secret in (desktop["guacamole_password"], token):
        for log in portico.front.folder.glob("*.log"):
            assert secret not in log.read_text(encoding="utf-8", errors="replace")
        for table in ("work_job", "account_audit", "facility_resource"):
            assert not holds(portico, table, secret)
