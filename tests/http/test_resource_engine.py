"""test_resource_engine.py - engines that differ from the one at hand: other API versions, TLS, a registry behind them, a storage
driver with limits. A go-between stands before the real engine and changes what is said."""

import json
import re
import ssl
import subprocess
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

API = "/api/facility"
pytestmark = pytest.mark.one_front  # nothing here depends on the web server


def launch(client, image, **body):
    return client.post(f"{API}/resources/", json={"image": image, **body})


class Between:
    """Passes requests on to the engine and answers back, one connection each; keeps what was asked as (method, path, body).

    `versions` is what /version says; `pulls` maps references to the lines of their pull, and one that ends well is then known as
    the notebook; `storage` accepts storage limits, as an engine on xfs does. A pull waits for `arrive`."""

    def __init__(self, docker, versions=None, pulls=None, storage=False, tls=None):
        self.docker, self.versions, self.pulls, self.storage = docker, versions, pulls or {}, storage
        self.known, self.asked = {}, []
        self.alter = lambda path, said: said
        self.arrive = threading.Event()
        self.arrive.set()
        between = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.0"

            def log_message(self, *_):
                pass

            def do(self):
                between.serve(self)

            do_GET = do_POST = do_DELETE = do

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if tls:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
        self.url = f"tcp://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def serve(self, request):
        body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        self.asked.append((request.command, request.path, body.decode()))
        path = re.sub(r"^/v1\.\d+/", "/v1.41/", request.path)
        if path == "/version" and self.versions:
            return self.answer(request, 200, self.versions)
        if "/images/create?" in path:
            reference = urllib.parse.parse_qs(path.partition("?")[2])["fromImage"][0]
            return self.pull(request, reference)
        for reference, real in self.known.items():
            path = path.replace(reference, real)
            body = body.replace(reference.encode(), real.encode())
        if path.endswith("/containers/create") or "/containers/create?" in path:
            asked = json.loads(body)
            if self.storage:
                asked["HostConfig"].pop("StorageOpt", None)
            body = json.dumps(asked).encode()
        self.forward(request, path, body)

    def pull(self, request, reference):
        lines = self.pulls.get(reference)
        if lines is None:
            return self.answer(request, 404, {"message": "manifest unknown"})
        request.send_response(200)
        request.end_headers()
        for line in lines:
            request.wfile.write(json.dumps(line).encode() + b"\r\n")
            request.wfile.flush()
        self.arrive.wait(60)
        if not any("error" in line for line in lines):
            self.known[reference] = "portico-demo-notebook:1"

    @staticmethod
    def answer(request, status, body):
        request.send_response(status)
        request.send_header("Content-Type", "application/json")
        request.end_headers()
        request.wfile.write(json.dumps(body).encode())

    def forward(self, request, path, body):
        link = self.docker._connect()
        link.request(request.command, path, body, {"Content-Type": "application/json"})
        said = link.getresponse()
        request.send_response(said.status)
        request.end_headers()
        try:
            if path.startswith("/v1.41/containers/json"):
                request.wfile.write(self.alter(path, said.read()))
            while piece := said.read1(65536):
                request.wfile.write(piece)
                request.wfile.flush()
        except OSError:
            pass
        finally:
            link.close()

    def creates(self):
        return [json.loads(body) for _, path, body in self.asked if "/containers/create?" in path]

    def pulled(self):
        return [path for _, path, _ in self.asked if "/images/create?" in path]


# ---- versions ----


@pytest.mark.parametrize(
    "newest, oldest, spoken",
    [("1.35", "1.12", "1.35"), ("1.41", "1.12", "1.41"), ("1.51", "1.44", "1.47"), ("1.30", "1.12", "1.30")],
)
def test_the_newest_version_that_both_know_is_spoken(portico, docker, newest, oldest, spoken):
    ana = portico.user("ana")
    portico.image("notebook")
    versions = {"ApiVersion": newest, "MinAPIVersion": oldest}
    with Between(docker, versions) as between, portico.settings("facility", docker_url=between.url):
        assert launch(ana, "notebook").status_code == 201
        used = {match[1] for _, path, _ in between.asked if (match := re.match(r"/v(1\.\d+)/", path))}
        assert used == {spoken}


def test_an_engine_that_was_upgraded_meanwhile_is_asked_anew(portico, docker):
    ana = portico.user("ana")
    portico.image("notebook")
    versions = {"ApiVersion": "1.41", "MinAPIVersion": "1.12"}
    with Between(docker, versions) as between, portico.settings("facility", docker_url=between.url):
        assert launch(ana, "notebook").status_code == 201
        plain = between.forward

        def upgraded(request, path, body):
            if not request.path.startswith("/v1.47/"):
                return between.answer(request, 400, {"message": "client version 1.41 is too old. Minimum supported API version is 1.44"})
            return plain(request, path, body)

        between.forward = upgraded
        between.versions = {"ApiVersion": "1.51", "MinAPIVersion": "1.44"}
        answers = [launch(ana, "notebook").status_code for _ in range(2)]
    assert answers == [201, 201]


# ---- pulling ----


PROGRESS = [{"status": "Pulling from demo"}, {"status": "Downloading", "progress": "[==>  ]"}, {"status": "Status: Downloaded"}]


def test_a_missing_image_is_pulled_and_launched(portico, docker):
    ana = portico.user("ana")
    portico.image("far", "registry.example/demo/lab:7", logs_er="token=[0-9a-f]+")
    with Between(docker, pulls={"registry.example/demo/lab:7": PROGRESS}) as between:
        with portico.settings("facility", docker_url=between.url, pull="yes"):
            answer = launch(ana, "far")
    assert answer.status_code == 201
    assert [path.partition("?")[2] for _, path, _ in between.asked if "/images/create" in path] == [
        "fromImage=registry.example/demo/lab:7"
    ]


def test_a_reference_without_a_tag_is_pulled_as_latest(portico, docker):
    ana = portico.user("ana")
    portico.image("far", "registry.example:5000/lab", logs_er="")
    with Between(docker, pulls={}) as between, portico.settings("facility", docker_url=between.url, pull="yes"):
        answer = launch(ana, "far")
    assert (answer.status_code, answer.json()["code"]) == (502, "facility.launch.image")
    assert "fromImage=registry.example:5000/lab:latest" in " ".join(path for _, path, _ in between.asked)


def test_an_error_inside_the_stream_of_a_pull_ends_the_launch(portico, docker):
    ana = portico.user("ana")
    portico.image("far", "registry.example/demo/lab:7")
    failing = [*PROGRESS[:2], {"errorDetail": {"message": "no space"}, "error": "no space left on device"}]
    with Between(docker, pulls={"registry.example/demo/lab:7": failing}) as between:
        with portico.settings("facility", docker_url=between.url, pull="yes"):
            answer = launch(ana, "far")
    assert (answer.status_code, answer.json()["code"]) == (502, "facility.launch.image")
    assert "no space" not in answer.text  # the engine's words are for the log
    assert any("no space left on device" in log.read_text() for log in portico.front.folder.glob("daemon.log"))
    assert docker.containers() == []


def test_nothing_is_pulled_where_the_site_forbids_it(portico, docker):
    ana = portico.user("ana")
    portico.image("far", "registry.example/demo/lab:7")
    with Between(docker, pulls={"registry.example/demo/lab:7": PROGRESS}) as between:
        with portico.settings("facility", docker_url=between.url, pull="no"):
            assert launch(ana, "far").json()["code"] == "facility.launch.image"
    assert not any("/images/create" in path for _, path, _ in between.asked)


FAR = {"registry.example/demo/lab:7": PROGRESS, "registry.example/demo/lab:8": PROGRESS}


def test_a_resource_that_is_stopped_during_its_pull_is_not_made(portico, docker, eventually):
    ana = portico.user("ana")
    portico.image("far", "registry.example/demo/lab:7", logs_er="")
    with Between(docker, pulls=FAR) as between:
        with portico.settings("facility", docker_url=between.url, pull="yes", launch_wait_ms="0"):
            between.arrive.clear()
            made = launch(ana, "far").json()
            eventually(between.pulled, "its pull")
            ana.post(f"{API}/resources/{made['id']}/stop/")
            eventually(lambda: ana.get(f"{API}/resources/{made['id']}/").json()["state"] == "stopped", "the stop")
            between.arrive.set()
            eventually(lambda: portico.sql("SELECT COUNT(*) FROM work_job WHERE state < 2") == [["0"]], "the launch to end")
    assert between.creates() == []
    assert docker.containers() == []


def test_a_pull_that_is_cut_off_after_the_deadline_begins_anew(portico, docker, daemon, eventually):
    ana = portico.user("ana")
    portico.image("far", "registry.example/demo/lab:7", logs_er="")
    with Between(docker, pulls=FAR) as between:
        with portico.settings("facility", docker_url=between.url, pull="yes", launch_wait_ms="0"):
            between.arrive.clear()
            made = launch(ana, "far").json()
            eventually(between.pulled, "its pull")
            portico.sql("UPDATE facility_resource SET changed_at = changed_at - INTERVAL 60 SECOND")
            daemon.stop()
            between.arrive.set()
            daemon.start()
            eventually(lambda: ana.get(f"{API}/resources/{made['id']}/").json()["state"] != "busy", "the launch")
    assert ana.get(f"{API}/resources/{made['id']}/").json()["state"] == "created"


def test_pulls_leave_processes_of_the_daemon_to_others(portico, docker, eventually):
    ana = portico.user("ana")
    portico.image("notebook")
    images = {f"registry.example/demo/lab:{n}": PROGRESS for n in range(4)}
    for n, reference in enumerate(images):
        portico.image(f"far{n}", reference, logs_er="")
    with Between(docker, pulls=images) as between:
        with portico.settings("facility", docker_url=between.url, pull="yes", launch_wait_ms="0"):
            between.arrive.clear()
            far = [launch(ana, f"far{n}").json() for n in range(4)]
            eventually(lambda: len(between.pulled()) == 2, "two pulls")  # of a daemon with four processes
            near = launch(ana, "notebook").json()
            state = lambda made: ana.get(f"{API}/resources/{made['id']}/").json()["state"]
            eventually(lambda: state(near) == "created", "a launch that needs no pull")
            assert len(between.pulled()) == 2
            between.arrive.set()
            eventually(lambda: {state(made) for made in far} == {"created"}, "the others")


# ---- storage ----


def test_storage_is_limited_where_the_engine_can_and_left_out_where_it_cannot(portico, docker):
    ana = portico.user("ana")
    portico.image("notebook", hdd="2G")
    with Between(docker, storage=True) as between, portico.settings("facility", docker_url=between.url):
        assert launch(ana, "notebook").status_code == 201
        assert [c["HostConfig"]["StorageOpt"] for c in between.creates()] == [{"size": str(2 << 30)}]
    driver = docker.call("GET", "/info")
    if driver["Driver"] == "overlay2" and ["Backing Filesystem", "xfs"] in driver["DriverStatus"]:
        pytest.skip("this engine can limit storage itself")
    with Between(docker) as between, portico.settings("facility", docker_url=between.url):
        assert launch(ana, "notebook").status_code == 201
        assert [c["HostConfig"]["StorageOpt"] for c in between.creates()] == [{"size": str(2 << 30)}, {}]


# ---- TLS ----


def certificate(folder, name, signer=None, more=()):
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
               "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.pem"]  # fmt: skip
    if signer:
        command += ["-CA", f"{signer}.pem", "-CAkey", f"{signer}.key", "-addext", "basicConstraints=critical,CA:FALSE"]
    for extension in more:
        command += ["-addext", extension]
    subprocess.run(command, cwd=folder, check=True, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def test_an_engine_behind_tls_is_reached_with_our_certificate_only(portico, docker, tmp_path):
    certificate(tmp_path, "authority")
    certificate(tmp_path, "engine", "authority", ["subjectAltName=IP:127.0.0.1"])
    certificate(tmp_path, "portico", "authority")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "engine.pem", tmp_path / "engine.key")
    context.load_verify_locations(tmp_path / "authority.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    ours = {
        "docker_" + word: portico.front.private_file(f"{word}.pem", (tmp_path / file).read_text())
        for word, file in (("ca", "authority.pem"), ("cert", "portico.pem"), ("key", "portico.key"))
    }
    ana = portico.user("ana")
    portico.image("notebook")

    with Between(docker, tls=context) as between:
        with portico.settings("facility", docker_url=between.url, **ours):
            assert launch(ana, "notebook").status_code == 201
        for settings in ({"docker_ca": ours["docker_ca"]}, {"docker_url": between.url.replace("tcp:", "https:")}):
            with portico.settings("facility", **{"docker_url": between.url, **settings}):
                assert launch(ana, "notebook").status_code in (502, 503)
                time.sleep(2.5)  # until the breaker lets calls through again
    assert len(docker.containers()) == 1


# ---- reconciling ----


def test_a_list_that_is_older_than_its_row_ends_nothing(portico, docker, eventually):
    ana = portico.user("ana")
    portico.image("notebook")
    with Between(docker) as between, portico.settings("facility", docker_url=between.url):
        made = launch(ana, "notebook").json()
        between.alter = lambda path, said: said.replace(b'"State":"running"', b'"State":"created"') if "/containers/json" in path else said

        assert "0 found, 0 mended" in portico.cli("fsck", "--mend")

        between.alter = lambda path, said: said
        docker.kill(made["name"])
        portico.cli("fsck", "--mend")
        show = lambda: ana.get(f"{API}/resources/{made['id']}/").json()
        eventually(lambda: show()["state"] == "stopped", "the row to follow")
        assert "exit code 137" in show()["error_detail"]


def test_one_container_that_cannot_be_taken_away_keeps_no_other_there(portico, docker, eventually):
    portico.user("ana")
    portico.cli("fsck", "--mend")
    mine = portico.sql("SELECT uuid FROM facility_instance")[0][0]
    uuids = [f"00000000-0000-4000-8000-00000000000{n}" for n in range(3)]
    for uuid in uuids:
        labels = {"org.portico.instance": mine, "org.portico.resource": uuid}
        docker.call("POST", f"/containers/create?name=calipso-{uuid}", body={"Image": "portico-demo-notebook:1", "Labels": labels})
    stuck = f"calipso-{uuids[1]}"
    with Between(docker) as between:
        plain = between.forward

        def refusing(request, path, body):
            if request.command == "DELETE" and stuck in path:
                return between.answer(request, 500, {"message": "device or resource busy"})
            return plain(request, path, body)

        between.forward = refusing
        with portico.settings("facility", docker_url=between.url):
            with pytest.raises(Exception, match="device or resource busy"):
                portico.cli("fsck", "--mend")
            # the daemon reconciles too, and whoever comes second does not wait for the engine
            eventually(lambda: [docker.exists(f"calipso-{uuid}") for uuid in uuids] == [False, True, False], "the others to go")
