"""installation.py - Portico, the bare programs and the peers, all behind one web server and on one database."""

import os
import shutil
import sys
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "http"))

from harness.front import Front  # noqa: E402
from harness.processes import SERVICE_GROUP, SERVICE_USER, Server, free_port, run, wait_for  # noqa: E402

HERE = Path(__file__).resolve().parent
PROCESSES = 8  # as doc/install.md has them
SPACES = 1000
# what MariaDB has by itself; the tests' servers are smaller
DATABASE = ("--innodb-buffer-pool-size=128M", "--innodb-log-file-size=96M")
LOCATION = """
location ^~ /bare/{name}/ {{
	fastcgi_pass unix:{socket};
	include {share}/nginx/portico-request.conf;
	error_page 413 @portico_space_too_large;
	error_page 502 504 =503 @portico_space_away;
}}
"""
PEERS = """
location ^~ /tornado/ {{
	proxy_pass http://127.0.0.1:{tornado}/;
}}
location ^~ /drf/ {{
	include /etc/nginx/uwsgi_params;
	uwsgi_pass unix:{django};
}}
"""
# what Portico's include says about /space: the way through Apache is to be as long
PROXY = """
ProxyPass "/bare/{name}/" "unix:{socket}|fcgi://bare-{name}/" disablereuse=on connectiontimeout=5 timeout=60
"""
PROXY_ALL = """
<LocationMatch "^/bare(/|$)">
	Require all granted
	<If "req_novary('Content-Length') -gt 1048576">
		Redirect 413 "/"
	</If>
	ErrorDocument 503 /portico-errors/portico-space-503.json
</LocationMatch>
"""


def answers(store):
    import redis

    try:
        return store.ping()
    except redis.ConnectionError:
        return False


class Unchecked:
    """Answers are not held against the contract here: that would be measured as well."""

    def check(self, answer):
        assert answer.status_code in (200, 201, 204), answer.text


class Installation(Front):
    """A Front with the bare programs beside it, the same number of processes each; behind nginx also with the peers."""

    pool_size = PROCESSES

    def __init__(self, world, kind, settings=None):
        self.bare, self.peers = {}, {}
        self._bare_folder = world.make_folder(f"bare-{kind}", service=True)
        self._tornado_port, self._redis_port = free_port(), free_port()
        self.spaces = [uuid.uuid4() for _ in range(SPACES)]
        super().__init__(world, kind, settings)
        try:
            self._fill()
            for name in ("echo", "select", "update"):
                self._start_bare(name)
            if kind == "nginx":
                self._start_redis()
                self._start_tornado()
                self._start_django()
        except BaseException:
            self.close()
            raise

    def include(self):
        lines = [super().include()]
        for name in ("echo", "select", "update"):
            words = {"name": name, "socket": self._bare_socket(name), "share": self._share()}
            lines.append((LOCATION if self.kind == "nginx" else PROXY).format(**words))
        if self.kind == "nginx":
            lines.append(PEERS.format(tornado=self._tornado_port, django=self._bare_folder / "django.sock"))
        else:
            lines.append(PROXY_ALL)
        return "".join(lines)

    def _fill(self):
        rows = ", ".join(
            f"(0x{one.hex}, 0x{uuid.uuid4().hex}, 'Space {n}', 0, 100000, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6),"
            " UTC_TIMESTAMP(6) + INTERVAL 1 DAY, UTC_TIMESTAMP(6))"
            for n, one in enumerate(self.spaces)
        )
        self.sql(
            "INSERT INTO occupancy_space (id, read_only_id, name, current, maximum, created_at, updated_at, expires_at,"
            f" summed_until) VALUES {rows}"
        )

    # ---- programs ----

    def _bare_socket(self, name):
        return self._bare_folder / f"{name}.sock"

    def _serve(self, name, command, **env):
        server = Server(
            self.world.guard,
            name,
            command,
            self.folder / f"{name}.log",
            env={**self.environment(), "BARE_CNF": str(self.folder / "default.cnf"), **env},
        )
        self.peers[name] = server
        return server

    def _start_bare(self, name):
        program, build = self._bare_folder / "bare", os.environ["PORTICO_BUILD"]
        if not program.exists():
            run(["make", "-s", "-C", build, "tests/bench/bare"])
            shutil.copy(Path(build) / "tests" / "bench" / "bare", program)
        self.bare[name] = self._serve(
            f"bare {name}",
            ["spawn-fcgi", "-n", "-s", self._bare_socket(name), "-b", "1024", "-M", "0600", "--"]
            + ["/usr/bin/multiwatch", "-s", "TERM", "-f", PROCESSES, "--", program, name],
        )

    def _start_redis(self):
        import redis

        folder = self.world.make_folder("redis", service=True)
        self._serve(
            "redis",
            ["redis-server", "--bind", "127.0.0.1", "--port", self._redis_port, "--dir", folder, "--appendonly", "yes"],
        )
        store = redis.Redis(host="127.0.0.1", port=self._redis_port)
        wait_for(lambda: answers(store), "redis")
        with store.pipeline() as pipe:
            for n, one in enumerate(self.spaces):
                at = "2026-01-01T00:00:00.000000Z"
                fields = {"space_id": str(one), "space_name": f"Space {n}", "occupancy_current": 0, "occupancy_maximum": 100000}
                pipe.hset(str(one), mapping={**fields, "created": at, "last_updated": at})
            pipe.execute()

    def _start_tornado(self):
        program = shutil.copy(HERE / "peer_tornado.py", self._bare_folder)
        self._serve("tornado", [sys.executable, program, self._tornado_port, self._redis_port])

    def _start_django(self):
        shutil.copy(HERE / "peer_django.py", self._bare_folder)
        self._serve(
            "django",
            ["uwsgi", "--plugin", "python3", "--socket", self._bare_folder / "django.sock", "--chdir", self._bare_folder]
            + ["--module", "peer_django", "--master", "--processes", 4, "--threads", 2, "--listen", 100]
            + ["--disable-logging", "--die-on-term", "--need-app"],
        )

    def processes(self, name):
        """The process ids of a peer, its children included."""
        server = self.peers[name]
        return [server.pid, *server.children()]

    def close(self):
        for server in reversed(self.peers.values()):
            server.stop()
        super().close()
