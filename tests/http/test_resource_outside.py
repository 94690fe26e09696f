"""test_resource_outside.py - what is outside goes its own way: images that misbehave, an engine that is away, a daemon that is
killed, containers and Guacamole rows that come and go without us."""

import concurrent.futures
import contextlib
import json
import secrets
import socket
import threading
import time

import pytest

API = "/api/facility"
one_front = pytest.mark.one_front
pytestmark = one_front  # nothing here depends on the web server


def launch(client, image, **body):
    return client.post(f"{API}/resources/", json={"image": image, **body})


def show(client, resource):
    return client.get(f"{API}/resources/{resource['id']}/").json()


def container(docker, name, labels, image="portico-demo-notebook:1"):
    """A container that Portico did not make."""
    link = docker._connect()
    body = json.dumps({"Image": image, "Labels": labels})
    link.request("POST", f"/containers/create?name={name}", body, {"Content-Type": "application/json"})
    assert link.getresponse().status == 201
    link.close()
    docker.call("POST", f"/containers/{name}/start")


def states(portico):
    return sorted(row[0] for row in portico.sql("SELECT state FROM facility_resource"))


BUSY, CREATED, STOPPING, STOPPED, REMOVING, REMOVED, ERROR = "0123456"


# ---- images that misbehave ----


@pytest.mark.parametrize(
    "image, status, code",
    [
        ("portico-demo-notebook:exits", 502, "facility.launch.exited"),
        ("portico-demo-desktop:exits", 502, "facility.launch.exited"),
        ("portico-demo-notebook:nowhere", 502, "facility.launch.image"),
    ],
)
def test_a_launch_that_fails_leaves_nothing_behind(portico, docker, image, status, code):
    ana = portico.user("ana", quota={"sessions": 1})
    portico.image("bad", image)
    portico.image("notebook")

    answer = launch(ana, "bad")

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert docker.containers() == []
    assert portico.sql(f"SELECT COUNT(*) FROM {portico.front.guacamole}.guacamole_user") == [["0"]]
    failed = ana.get(f"{API}/resources/").json()["results"][0]
    assert (failed["state"], failed["error_code"], failed["guacamole_password"]) == ("error", code, "")
    assert launch(ana, "notebook").status_code == 201  # it does not count


def test_the_exit_code_is_told_and_the_old_client_hears_the_same(portico, docker):
    ana = portico.user("ana")
    portico.image("bad", "portico-demo-notebook:exits")

    answer = ana.get(f"{API}/resource/run/ana/abcde/bad/")

    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["X-Calipso-Error"] == "The resource ended before it was ready, with exit code 3."
    assert ana.get(f"{API}/resource/list/ana/").json() == []


@pytest.mark.parametrize("image", ["portico-demo-notebook:silent", "portico-demo-notebook:endless", "portico-demo-notebook:garbage"])
def test_an_image_that_is_never_ready_is_undone_at_its_deadline(portico, docker, image):
    ana = portico.user("ana")
    portico.image("bad", image)
    with portico.settings("facility", launch_deadline_s="5", launch_wait_ms="30000"):
        began = time.monotonic()
        answer = launch(ana, "bad")

    assert (answer.status_code, answer.json()["code"]) == (504, "facility.launch.late")
    assert 4 < time.monotonic() - began < 20
    assert docker.containers() == []


def test_an_image_without_a_pattern_is_ready_when_it_runs(portico, docker):
    ana = portico.user("ana")
    portico.image("quiet", "portico-demo-notebook:silent", logs_er="")

    made = launch(ana, "quiet")

    assert made.status_code == 201
    published = docker.inspect(made.json()["name"])["NetworkSettings"]["Ports"]["8888/tcp"][0]["HostPort"]
    assert (made.json()["port"], made.json()["address"]) == (int(published), "")
    assert ana.get(f"{API}/containers/{made.json()['id']}").json()["host_port"] == published


def test_a_pattern_that_takes_too_long_ends_the_launch(portico, docker):
    ana = portico.user("ana")
    portico.image("bad", logs_er=r"([\w .:\[\]]+)+(?:#|~)$")

    answer = launch(ana, "bad")

    assert (answer.status_code, answer.json()["code"]) == (502, "facility.launch.pattern")
    assert docker.containers() == []


def test_the_port_hook_is_used_where_the_image_exposes_nothing(portico, docker):
    ana = portico.user("ana")
    portico.image("hooked", "portico-demo-notebook:plain", port_hook="8888/tcp")
    portico.image("nowhere", "portico-demo-notebook:plain", port_hook="")

    made, refused = launch(ana, "hooked"), launch(ana, "nowhere")

    assert made.status_code == 201
    assert list(docker.inspect(made.json()["name"])["HostConfig"]["PortBindings"]) == ["8888/tcp"]
    assert (refused.status_code, refused.json()["code"]) == (502, "facility.launch.port")
    assert len(docker.containers()) == 1


def test_a_slow_launch_is_answered_as_busy_and_found_later(portico, docker, eventually):
    ana = portico.user("ana")
    portico.image("slow", "portico-demo-notebook:slow")
    with portico.settings("facility", launch_wait_ms="500"):
        answer = launch(ana, "slow", session_number="abcde")
        assert (answer.status_code, answer.json()["state"]) == (202, "busy")
        assert ana.get(f"{API}/resource/list/ana/").json()[0]["container_status"] == "busy"
        again = ana.get(f"{API}/resource/run/ana/abcde/slow/")
        assert (again.status_code, again.headers["X-Calipso-Error"]) == (204, "Resource already launched")
        eventually(lambda: show(ana, answer.json())["state"] == "created", "the slow launch")
    assert "token=" in show(ana, answer.json())["address"]


def test_a_launch_can_be_stopped_while_it_is_under_way(portico, docker, eventually):
    ana = portico.user("ana")
    portico.image("never", "portico-demo-notebook:silent")
    with portico.settings("facility", launch_wait_ms="1000"):
        made = launch(ana, "never").json()
        eventually(lambda: docker.containers(running_only=True), "its container")

        assert ana.post(f"{API}/resources/{made['id']}/stop/").status_code in (200, 202)

        eventually(lambda: show(ana, made)["state"] == "stopped", "the stop")
        eventually(lambda: docker.containers(running_only=True) == [], "its container to end")
    assert ana.delete(f"{API}/resources/{made['id']}/").status_code == 204
    assert docker.containers() == []


def test_a_container_that_will_not_end_is_killed(portico, docker):
    ana = portico.user("ana")
    portico.image("stubborn", "portico-demo-notebook:stubborn")
    with portico.settings("facility", stop_grace_s="1"):
        made = launch(ana, "stubborn").json()

        assert ana.post(f"{API}/resources/{made['id']}/stop/").status_code == 200

    assert docker.containers(running_only=True) == []


def test_a_name_that_something_else_holds_is_left_alone(portico, docker, daemon):
    ana = portico.user("ana")
    portico.image("notebook")
    daemon.stop()
    with portico.settings("facility", launch_wait_ms="0"):
        daemon.stop()
        made = launch(ana, "notebook").json()
        container(docker, made["name"], {"org.portico.instance": "somebody else's"})
        daemon.once()
    try:
        assert show(ana, made)["error_code"] == "facility.launch.name"
        assert docker.inspect(made["name"])["State"]["Running"]
    finally:
        docker.remove(made["name"])


def test_a_removal_that_waits_behind_a_stop_is_under_way(portico, docker, daemon, eventually):
    ana = portico.user("ana")
    portico.image("notebook")
    made = launch(ana, "notebook").json()
    with portico.settings("facility", launch_wait_ms="3000"):
        daemon.stop()
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            asked = pool.submit(ana.delete, f"{API}/resources/{made['id']}/")
            eventually(lambda: states(portico) == [STOPPING], "the removal to be asked for")
            portico.sql("UPDATE facility_resource SET state = 3, address_seal = NULL, vnc_seal = NULL")  # as a stop leaves it that was under way
            assert asked.result().status_code == 202
        daemon.start()
        eventually(lambda: states(portico) == [REMOVED], "the removal")


# ---- many at once ----


def test_a_hundred_launches_at_once_get_the_two_that_the_quota_allows(portico, docker, eventually):
    ana = portico.user("ana", quota={"sessions": 2})
    portico.experiment("P1", users=[ana])
    portico.sql(
        "INSERT INTO facility_session (experiment_id, number, subject, body, data_set_path)"
        " SELECT e.id, CONCAT('S', n.seq), '', '', '{}' FROM facility_experiment e, seq_1_to_100 n"
    )
    portico.image("notebook")
    callers = [portico.client(basic=("ana", ana.password)) for _ in range(100)]

    def one(number):
        return callers[number - 1].post(
            f"{API}/resources/", json={"image": "notebook", "proposal_id": "P1", "session_number": f"S{number}"}
        )

    with concurrent.futures.ThreadPoolExecutor(100) as pool:
        answers = list(pool.map(one, range(1, 101)))

    assert sorted(a.status_code for a in answers)[:2] in ([201, 201], [201, 202], [202, 202])
    refused = [a for a in answers if a.status_code not in (201, 202)]
    assert len(refused) == 98
    assert {(a.status_code, a.json()["code"], a.json()["detail"]) for a in refused} == {
        (409, "facility.quota.machines", "Max machines exceeded")
    }
    eventually(lambda: states(portico) == [CREATED, CREATED], "both launches")
    assert len(docker.containers(running_only=True)) == 2


def test_the_same_session_twenty_times_at_once_is_launched_once(portico, docker):
    ana = portico.user("ana")
    portico.experiment("P1", sessions=["S1"], users=[ana])
    portico.image("notebook")
    callers = [portico.client(basic=("ana", ana.password)) for _ in range(20)]

    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda c: c.get(f"{API}/resource/run/ana/P1~S1/notebook/"), callers))

    assert sorted(a.status_code for a in answers) == [201] + [204] * 19
    assert {a.headers.get("X-Calipso-Error") for a in answers} == {None, "Resource already launched"}
    assert len(docker.containers()) == 1


# ---- the engine is away ----


@contextlib.contextmanager
def engine(portico, url, **settings):
    """Another engine, one that fails; afterwards the real one, for which the other's breaker does not count."""
    with portico.settings("facility", docker_url=url, **settings):
        yield


def nowhere():
    """An address without an engine, and without the failures that a breaker has counted for another test."""
    return f"unix:///nonexistent/{secrets.token_hex(4)}.sock"


AWAY = ((502, "call.failed"), (504, "call.timeout"), (503, "call.open"))  # the last one: known to be away


class Stand:
    """An engine that takes connections and then hangs, or answers with what it is told."""

    def __init__(self, answer=None):
        self.answer, self.asked = answer, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"tcp://127.0.0.1:{self.listener.getsockname()[1]}"
        self.kept = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                link, _ = self.listener.accept()
            except OSError:
                return
            self.asked += 1
            self.kept.append(link)
            if self.answer is not None:
                threading.Thread(target=self._reply, args=(link,), daemon=True).start()

    def _reply(self, link):
        while link.recv(65536):
            link.sendall(self.answer)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()
        for link in self.kept:
            link.close()


def test_an_engine_that_is_known_to_be_away_is_not_waited_for(portico, docker):
    ana = portico.user("ana", quota={"sessions": 20})
    portico.image("notebook")
    with engine(portico, nowhere()):
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            first = list(pool.map(lambda _: launch(portico.client(basic=("ana", ana.password)), "notebook"), range(6)))
        began = time.monotonic()
        second = launch(ana, "notebook")
        assert time.monotonic() - began < 3
    assert all((a.status_code, a.json()["code"]) in AWAY for a in [*first, second])
    assert second.headers["Retry-After"].isdigit() or second.status_code == 502
    assert set(states(portico)) == {ERROR}


def test_an_engine_that_is_not_there_costs_the_launch_and_nothing_else(portico, docker):
    ana = portico.user("ana", quota={"sessions": 1})
    portico.image("notebook")
    with engine(portico, nowhere()):
        answer = launch(ana, "notebook")
        assert (answer.status_code, answer.json()["detail"]) == (502, "Docker daemon not found.")
        old = ana.get(f"{API}/resource/run/ana/abcde/notebook/")
        assert (old.status_code, old.headers["X-Calipso-Error"]) == (204, "Docker daemon not found.")
    assert states(portico) == [ERROR, ERROR]
    assert launch(ana, "notebook").status_code == 201


def test_an_engine_that_hangs_costs_the_launch_its_time_limits(portico):
    ana = portico.user("ana")
    portico.image("notebook")
    with Stand() as stand, engine(portico, stand.url, docker_ms="1000", launch_wait_ms="20000"):
        began = time.monotonic()
        answer = launch(ana, "notebook")
        assert (answer.status_code, answer.json()["code"]) in AWAY[1:]
        assert time.monotonic() - began < 20
        assert stand.asked > 0
    assert states(portico) == [ERROR]


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nwhat",
        b'HTTP/1.1 200 OK\r\nContent-Length: 47\r\n\r\n{"ApiVersion":"1.24","MinAPIVersion":"1.12" }  ',
        b'HTTP/1.1 200 OK\r\nContent-Length: 47\r\n\r\n{"ApiVersion":"1.99","MinAPIVersion":"1.90" }  ',
        b'HTTP/1.1 500 Internal\r\nContent-Length: 15\r\n\r\n{"message":"x"}',
    ],
)
def test_an_engine_that_talks_nonsense_is_a_bad_gateway(portico, said):
    ana = portico.user("ana")
    portico.image("notebook")
    with Stand(said) as stand, engine(portico, stand.url):
        answer = launch(ana, "notebook")
    assert answer.status_code == 502
    assert states(portico) == [ERROR]


def test_a_stop_without_the_engine_changes_nothing_and_says_so(portico, docker):
    ana = portico.user("ana")
    portico.image("notebook")
    made = launch(ana, "notebook").json()
    with engine(portico, nowhere()):
        answer = ana.post(f"{API}/resources/{made['id']}/stop/")
        assert (answer.status_code, answer.json()["detail"]) == (502, "Docker daemon not found.")
        old = ana.get(f"{API}/resource/stop/ana/{made['name']}/notebook/")
        assert (old.status_code, old.json()) == (400, {"error": "Docker daemon not found."})
        assert show(ana, made)["state"] == "created"
    assert ana.post(f"{API}/resources/{made['id']}/stop/").status_code == 200
    assert docker.containers(running_only=True) == []


def test_an_engine_over_tcp_serves_as_well(portico, docker):
    """Through a pipe from TCP to the engine's socket."""
    if not docker.url.startswith("unix://"):
        pytest.skip("the engine is on TCP already")
    ana = portico.user("ana")
    portico.image("notebook")
    with Pipe(docker.url[len("unix://") :]) as pipe, portico.settings("facility", docker_url=pipe.url):
        made = launch(ana, "notebook")
        assert made.status_code == 201
        assert ana.delete(f"{API}/resources/{made.json()['id']}/").status_code == 204
    assert docker.containers() == []


class Pipe:
    """TCP on a port of ours, to a unix socket."""

    def __init__(self, path):
        self.path = path
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"tcp://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            far = socket.socket(socket.AF_UNIX)
            far.connect(self.path)
            for a, b in ((near, far), (far, near)):
                threading.Thread(target=self._copy, args=(a, b), daemon=True).start()

    @staticmethod
    def _copy(source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()


# ---- Guacamole is away ----


def test_a_desktop_without_guacamole_is_refused_before_anything_is_made(portico, docker):
    ana = portico.user("ana")
    portico.image("desktop", "portico-demo-desktop:1")
    portico.image("notebook")
    with portico.settings("facility", guacamole_cnf=None):
        answer = launch(ana, "desktop")
        assert (answer.status_code, answer.json()["code"]) == (503, "facility.guacamole.missing")
        assert states(portico) == []
        assert launch(ana, "notebook").status_code == 201
    with portico.settings("facility", guacamole_cnf=None, guacamole_required="no"):
        made = launch(ana, "desktop")
        assert (made.status_code, made.json()["guacamole_username"]) == (201, "")


def test_a_desktop_that_guacamole_does_not_take_is_undone(portico, docker):
    ana = portico.user("ana")
    portico.image("desktop", "portico-demo-desktop:1")
    g = portico.front.guacamole
    portico.sql(f"RENAME TABLE {g}.guacamole_connection_parameter TO {g}.away")
    try:
        answer = launch(ana, "desktop")
    finally:
        portico.sql(f"RENAME TABLE {g}.away TO {g}.guacamole_connection_parameter")

    assert answer.status_code >= 500
    assert docker.containers() == []
    assert states(portico) == [ERROR]
    assert portico.sql(f"SELECT COUNT(*) FROM {g}.guacamole_connection") == [["0"]]


# ---- the daemon is killed ----


def killed_long_ago(portico):
    """As if the leases of what a killed daemon held had run out."""
    portico.sql(
        "UPDATE work_job SET lease_until = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND WHERE state = 1;"
        "UPDATE work_schedule SET lease_until = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND WHERE owner IS NOT NULL"
    )


@pytest.mark.parametrize("pause_s", [0.02, 0.06, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5])
def test_a_daemon_killed_in_the_middle_of_a_launch_leaves_a_whole_outcome(portico, docker, daemon, eventually, pause_s):
    ana = portico.user("ana", quota={"sessions": 1})
    portico.image("desktop", "portico-demo-desktop:1")
    with portico.settings("facility", launch_wait_ms="0"):
        made = launch(ana, "desktop").json()
        time.sleep(pause_s)
        daemon.kill()
        killed_long_ago(portico)
        daemon.start()

        eventually(lambda: show(ana, made)["state"] in ("created", "error"), "an outcome", 30)

    assert show(ana, made)["state"] == "created"
    assert [c["State"] for c in docker.containers()] == ["running"]
    g = portico.front.guacamole
    assert portico.sql(f"SELECT COUNT(*) FROM {g}.guacamole_user") == [["1"]]
    assert portico.sql(f"SELECT COUNT(*) FROM {g}.guacamole_connection") == [["1"]]


def test_a_killed_daemon_is_missed_by_itself_after_a_while(portico, docker, daemon, eventually):
    ana = portico.user("ana")
    portico.image("notebook")
    with portico.settings("facility", launch_wait_ms="0"):
        made = launch(ana, "notebook").json()
        time.sleep(0.1)
        daemon.kill()
        daemon.start()
        eventually(lambda: show(ana, made)["state"] == "created", "an outcome", 60)
        killed_long_ago(portico)  # its turns of schedules; the tests after this one wait for some
    assert [c["State"] for c in docker.containers()] == ["running"]


@pytest.mark.parametrize("pause_s", [0.02, 0.3, 1.0, 1.2])
def test_a_daemon_killed_in_the_middle_of_a_stop_leaves_a_whole_outcome(portico, docker, daemon, eventually, pause_s):
    ana = portico.user("ana")
    portico.image("stubborn", "portico-demo-desktop:stubborn")
    with portico.settings("facility", launch_wait_ms="15000", stop_grace_s="1"):
        made = launch(ana, "stubborn").json()
        assert made["state"] == "created"
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            asked = pool.submit(ana.post, f"{API}/resources/{made['id']}/stop/")
            time.sleep(pause_s)
            daemon.kill()
            killed_long_ago(portico)
            daemon.start()
            asked.result()
        eventually(lambda: show(ana, made)["state"] == "stopped", "the stop", 30)

    assert docker.containers(running_only=True) == []
    assert portico.sql(f"SELECT COUNT(*) FROM {portico.front.guacamole}.guacamole_user") == [["0"]]


# ---- reconciling ----


def reconcile(portico):
    portico.cli("fsck", "--mend")


def test_a_container_that_ended_by_itself_stops_its_row_and_closes_the_way(portico, docker, eventually):
    ana = portico.user("ana", quota={"sessions": 1})
    portico.image("desktop", "portico-demo-desktop:1")
    made = launch(ana, "desktop").json()
    docker.kill(made["name"])

    reconcile(portico)

    eventually(lambda: show(ana, made)["state"] == "stopped", "the row to follow")
    assert show(ana, made)["error_code"] == "facility.resource.exited"
    assert portico.sql(f"SELECT COUNT(*) FROM {portico.front.guacamole}.guacamole_user") == [["0"]]
    assert launch(ana, "desktop").status_code == 201


def test_a_container_that_vanished_stops_its_row(portico, docker, eventually):
    ana = portico.user("ana")
    portico.image("notebook")
    made = launch(ana, "notebook").json()
    docker.remove(made["name"])

    reconcile(portico)

    eventually(lambda: show(ana, made)["state"] == "stopped", "the row to follow")
    assert show(ana, made)["error_code"] == "facility.resource.vanished"
    assert ana.delete(f"{API}/resources/{made['id']}/").status_code == 204


def test_containers_of_ours_without_a_row_go_and_those_of_others_stay(portico, docker):
    portico.user("ana")
    portico.cli("fsck", "--mend")
    mine = portico.sql("SELECT uuid FROM facility_instance")[0][0]
    stray, other = "calipso-00000000-0000-4000-8000-000000000001", "calipso-00000000-0000-4000-8000-000000000002"
    container(docker, stray, {"org.portico.instance": mine, "org.portico.resource": stray[8:]})
    container(docker, other, {"org.portico.instance": "another one", "org.portico.resource": other[8:]})
    container(docker, "portico-test-foreign", {})
    try:
        reconcile(portico)

        assert not docker.exists(stray)
        assert docker.exists(other) and docker.exists("portico-test-foreign")
    finally:
        for name in (stray, other, "portico-test-foreign"):
            docker.remove(name)


def test_a_stopped_container_that_somebody_started_is_stopped_again(portico, docker):
    ana = portico.user("ana")
    portico.image("notebook")
    made = launch(ana, "notebook").json()
    ana.post(f"{API}/resources/{made['id']}/stop/")
    docker.call("POST", f"/containers/{made['name']}/start")

    reconcile(portico)

    assert docker.containers(running_only=True) == []


def test_guacamole_is_mended_both_ways(portico, docker):
    ana = portico.user("ana")
    portico.image("desktop", "portico-demo-desktop:1")
    made = launch(ana, "desktop").json()
    g = portico.front.guacamole
    mine = portico.sql("SELECT uuid FROM facility_instance")[0][0]
    portico.sql(
        f"DELETE FROM {g}.guacamole_connection; INSERT INTO {g}.guacamole_entity (name, type) VALUES ('left over', 'USER');"
        f"INSERT INTO {g}.guacamole_user (entity_id, password_hash, password_date, organization, organizational_role)"
        f" VALUES (LAST_INSERT_ID(), '', NOW(), '{mine}', 'calipso-gone');"
        f"INSERT INTO {g}.guacamole_entity (name, type) VALUES ('a person', 'USER');"
        f"INSERT INTO {g}.guacamole_user (entity_id, password_hash, password_date, organization, organizational_role)"
        f" VALUES (LAST_INSERT_ID(), '', NOW(), 'the institute', 'head');"
    )

    reconcile(portico)

    assert {row[0] for row in portico.sql(f"SELECT name FROM {g}.guacamole_entity")} == {"a person", made["guacamole_username"]}
    assert portico.sql(f"SELECT connection_name FROM {g}.guacamole_connection") == [[made["name"]]]
    assert portico.sql(f"SELECT COUNT(*) FROM {g}.guacamole_connection_permission") == [["1"]]
    assert show(ana, made)["guacamole_password"] == made["guacamole_password"]


def test_the_daemon_reconciles_when_it_starts(portico, docker, daemon, eventually):
    ana = portico.user("ana")
    portico.image("notebook")
    made = launch(ana, "notebook").json()
    daemon.stop()
    docker.kill(made["name"])

    daemon.start()

    eventually(lambda: show(ana, made)["state"] == "stopped", "the row to follow")


def test_fsck_shows_without_mending_and_mends_when_told(portico, docker):
    ana = portico.user("ana")
    portico.experiment("P1", sessions=["S1"], users=[ana])
    portico.image("notebook")
    made = launch(ana, "notebook").json()
    assert "0 found, 0 mended" in portico.cli("fsck")
    docker.kill(made["name"])
    portico.sql("UPDATE facility_member SET experiment_count = 7")

    with pytest.raises(Exception) as told:
        portico.cli("fsck")

    assert "portico fsck --mend" in str(told.value)
    assert states(portico) == [CREATED]
    said = portico.cli("fsck", "--mend")
    assert f"{made['name']}: The resource ended by itself, with exit code 137." in said
    assert "2 found, 2 mended" in said
    assert portico.sql("SELECT experiment_count FROM facility_member") == [["1"]]


def test_long_stopped_resources_are_removed_and_ended_rows_forgotten(portico, docker, daemon, eventually):
    ana = portico.user("ana")
    portico.image("notebook")
    portico.image("site", "https://www.example.org/", type="static_link")
    old, gone = launch(ana, "notebook").json(), launch(ana, "site").json()
    ana.post(f"{API}/resources/{old['id']}/stop/")
    ana.delete(f"{API}/resources/{gone['id']}/")
    portico.sql(f"UPDATE facility_resource SET changed_at = changed_at - INTERVAL 1000 DAY WHERE id IN ({old['id']}, {gone['id']})")

    portico.cli("schedule", "run", "facility.cleanup")

    eventually(lambda: states(portico) == [REMOVED], "the clean-up")
    assert docker.containers() == []


def test_check_tells_of_engine_and_guacamole(portico):
    portico.admin()
    said = portico.cli("check")
    assert "speaks API 1." in said and "schema of 1.0 and later" in said
    with portico.settings("facility", docker_url="unix:///nonexistent/docker.sock", guacamole_cnf=None):
        with pytest.raises(Exception) as told:
            portico.cli("check")
    assert "set facility.docker_url" in str(told.value)
    assert "set facility.guacamole_cnf" in str(told.value)
