"""front.py - one complete installation behind one web server: database, settings, workers, daemon, server."""

import configparser
import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import sys

from .processes import SERVICE_GROUP, SERVICE_USER, TESTS, Failed, Server, free_port, run, wait_for

KINDS = ("nginx", "apache-proxy", "apache-fcgid")

INCLUDES = {
    "nginx": "nginx/portico.conf.in",
    "apache-proxy": "apache/portico-proxy-fcgi.conf.in",
    "apache-fcgid": "apache/portico-fcgid.conf.in",
}

# words in a log that mean that a sanitizer or the C library stopped a program
CRASHES = ("ERROR: AddressSanitizer", "ERROR: LeakSanitizer", "runtime error:", "Assertion `", "*** stack smashing", "corrupted ")

# rows of these tables belong to the installation and its running programs, not to a test; the last ones are Sqitch's own
KEPT = {"facility_instance", "work_daemon", "work_schedule", "changes", "dependencies", "events", "projects", "releases", "tags"}


class Front:
    """`kind` is one of KINDS. Its parts can be stopped, killed and started again by tests. `settings` are changes to ours, as
    {section: {name: value}}."""

    pool_size = 6

    def __init__(self, world, kind, settings=None):
        self.world, self.kind = world, kind
        self.folder = world.make_folder(kind, service=True)
        self.database = "portico_" + kind.replace("-", "_")
        self.guacamole = "guacamole_" + kind.replace("-", "_")
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.socket = self.folder / "portico.sock"
        self.config = self.folder / "portico.ini"
        self.office_port = free_port()
        self.pool = self.daemon = self.server = self.office = None
        try:
            self._make_databases()
            self._write_settings(settings or {})
            self.cli("migrate")
            self._remember_seed()
            self.start_office()
            self.start_pool()
            self.start_daemon()
            self.start_server()
            self.wait_ready()
        except BaseException:
            self.close()
            raise

    # ---- files and databases ----

    def private_file(self, name, text):
        """A file that only the services' user may read."""
        path = self.folder / name
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
        if os.geteuid() == 0:
            shutil.chown(path, SERVICE_USER, SERVICE_GROUP)
        return path

    def _make_databases(self):
        schema = (TESTS / "demo" / "guacamole-schema-1.sql").read_text(encoding="utf-8")
        self.world.database.sql(
            f"""CREATE DATABASE {self.database} CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
            CREATE DATABASE {self.guacamole} CHARACTER SET utf8mb4;
            GRANT ALL ON {self.database}.* TO portico@localhost;
            GRANT SELECT, INSERT, UPDATE, DELETE ON {self.guacamole}.* TO portico@localhost;
            USE {self.guacamole};
            {schema}"""
        )
        self.private_file("default.cnf", self.world.database.option_file(self.database))
        self.private_file("guacamole.cnf", self.world.database.option_file(self.guacamole))

    def _write_settings(self, changes):
        self.private_file("seal.key", secrets.token_hex(32))
        run_dir = self.folder / "run"
        run_dir.mkdir()
        if os.geteuid() == 0:
            shutil.chown(run_dir, SERVICE_USER, SERVICE_GROUP)
        self._settings = configparser.ConfigParser(interpolation=None)
        self._settings.read_dict(
            {
                "portico": {
                    "default_cnf": self.folder / "default.cnf",
                    "seal_key_file": self.folder / "seal.key",
                    "run_dir": run_dir,
                    "sql_dir": self.world.installed.sql_dir,
                },
                "facility": {
                    "guacamole_cnf": self.folder / "guacamole.cnf",
                    "docker_url": self.world.engine.url,
                    "remote_machine_ip": "127.0.0.1",
                    "bind_address": "127.0.0.1",
                    "data_roots": f"{self.world.data}, {self.world.results}",
                    "default_uid": "21000",
                    "default_gid": "21000",
                    "pull": "no",
                    "local_auth": "yes",
                    "useroffice_login_url": f"http://127.0.0.1:{self.office_port}/login",
                    "useroffice_authorized_url": f"http://127.0.0.1:{self.office_port}/authorized",
                    "useroffice_user": "portico",
                    "useroffice_password": "office-password",
                    "useroffice_ms": "2000",
                    "launch_wait_ms": "15000",
                    "launch_deadline_s": "20",
                },
                # the least that Argon2id allows: tests make many accounts
                "accounts": {"argon2_passes": "1", "argon2_memory": "8M"},
                "work": {"poll_ms": "500"},
            }
        )
        self._settings.read_dict(changes)
        self._save_settings()

    def _save_settings(self):
        lines = []
        for section in self._settings.sections():
            lines.append(f"[{section}]")
            lines += [f"{name} = {value}" for name, value in self._settings[section].items()]
        self.private_file("portico.ini", "\n".join(lines) + "\n")

    @contextlib.contextmanager
    def settings(self, section, **changes):
        """Other settings for the length of a `with`; None takes a setting away. Workers and daemon are started anew."""
        before = dict(self._settings[section]) if self._settings.has_section(section) else {}
        self._apply(section, {**before, **changes})
        try:
            yield self
        finally:
            self._apply(section, before)

    def _apply(self, section, values):
        self._settings[section] = {name: str(value) for name, value in values.items() if value is not None}
        self._save_settings()
        self.stop_daemon()
        self.restart_pool()
        self.start_daemon()
        self.wait_ready()

    def sql(self, text):
        return self.world.database.sql(text, self.database)

    def _remember_seed(self):
        """Notes what the migrations put into the tables, so that reset() can bring it back."""
        cnf = self.world.database.folder / "root.cnf"
        self._tables = [row[0] for row in self.sql("SHOW FULL TABLES WHERE Table_type = 'BASE TABLE'") if row[0] not in KEPT]
        filled = [name for name in self._tables if self.sql(f"SELECT 1 FROM `{name}` LIMIT 1")]
        self._seed = ""
        if filled:
            self._seed = run(
                ["mariadb-dump", f"--defaults-file={cnf}", "--no-create-info", "--skip-opt", "--complete-insert", self.database]
                + filled
            )

    def reset(self):
        """As after the migrations: no users, no jobs, no containers, nothing in Guacamole."""
        self.world.engine.remove_all()
        wipe = "SET foreign_key_checks = 0;" + "".join(f"DELETE FROM `{name}`;" for name in self._tables)
        guacamole = "".join(
            f"DELETE FROM {self.guacamole}.guacamole_{name};"
            for name in ("connection_permission", "connection_parameter", "user", "entity", "connection")
        )
        self.sql(wipe + self._seed + guacamole)
        self.office_control(reset=True)

    # ---- programs ----

    def environment(self):
        return {"PORTICO_CONFIG": str(self.config), "ASAN_OPTIONS": "detect_leaks=0", "HOME": str(self.folder)}

    def cli(self, *words, text=""):
        """The command line of this installation; Failed with its words when it fails. Returns what it printed."""
        command = [self.world.installed.command, "--config", self.config, *words]
        return run(command, service=True, text=text, cwd="/", env={**os.environ, **self.environment()})

    def start_pool(self):
        """Workers behind a socket; with mod_fcgid Apache makes them itself."""
        if self.kind == "apache-fcgid":
            return
        self.socket.unlink(missing_ok=True)
        self.pool = Server(
            self.world.guard,
            "pool",
            ["spawn-fcgi", "-n", "-s", self.socket, "-b", "1024", "-M", "0600", "--"]
            + ["/usr/bin/multiwatch", "-s", "TERM", "-f", self.pool_size, "--", self.world.installed.worker],
            self.folder / "pool.log",
            env=self.environment(),
        )

    def workers(self):
        """The process ids of the workers that live."""
        if self.kind != "apache-fcgid":
            return self.pool.children()
        name = str(self.world.installed.worker)
        found = []
        for manager in self.server.children():
            with contextlib.suppress(OSError):
                with open(f"/proc/{manager}/task/{manager}/children", encoding="ascii") as children:
                    found += [int(pid) for pid in children.read().split() if _command(pid).startswith(name)]
        return found

    def restart_pool(self):
        if self.kind == "apache-fcgid":
            self.server.stop()
            self.start_server()
        else:
            self.pool.stop()
            self.start_pool()

    def start_daemon(self):
        self.daemon = Server(
            self.world.guard,
            "daemon",
            [self.world.installed.daemon, "--config", self.config],
            self.folder / "daemon.log",
            env=self.environment(),
        )

    def stop_daemon(self):
        if self.daemon:
            self.daemon.stop()

    def include(self):
        """What the web server is told of Portico: the file that a site includes, filled in."""
        text = (TESTS.parent / INCLUDES[self.kind]).read_text(encoding="utf-8")
        return fill_in(text, {**self.words(), "sharedir": self._share()})

    def start_server(self):
        include = self.folder / "include.conf"
        include.write_text(self.include(), encoding="utf-8")
        serve = self.folder / "serve"
        shutil.copy(TESTS / "lib" / "front", serve)
        self.server = Server(
            self.world.guard,
            self.kind,
            [serve, self.kind, self.folder, self.port, include],
            self.folder / "server.log",
            env=self.environment(),
        )
        wait_for(self._listening, f"{self.kind} on port {self.port}: {self.folder}/server.log")

    def words(self):
        """What the build would fill into the files of nginx/ and apache/."""
        return {
            "socket": self.socket,
            "program": self.world.installed.worker,
            "config": self.config,
            "rundir": self.folder,
        }

    def _share(self):
        """Where make install put the files that a web server serves itself."""
        return next(self.world.installed.root.rglob("portico-413.json")).parent.parent

    def _listening(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def wait_ready(self):
        import requests

        def ready():
            for part in (self.pool, self.daemon, self.server):
                if part and not part.alive():
                    raise Failed(f"{part.name} ended by itself:\n{part.tail()}")
            try:
                return requests.get(f"{self.url}/api/health/ready", timeout=10).status_code == 200
            except requests.RequestException:
                return False

        try:
            wait_for(ready, "/api/health/ready")
        except Failed as failure:
            logs = "\n".join(part.tail() for part in (self.pool, self.daemon, self.server) if part)
            raise Failed(f"{failure}\n{logs}") from None

    # ---- the user office ----

    def start_office(self):
        self.office = Server(
            self.world.guard,
            "user office",
            [sys.executable, _copy(TESTS / "fake" / "user_office.py", self.folder), "--port", self.office_port],
            self.folder / "office.log",
        )
        wait_for(lambda: self.office_control() is not None, "the stand-in of the user office")

    def office_control(self, **orders):
        """Sends orders to the stand-in (see tests/fake/user_office.py) and returns what it reports; None: it is away."""
        import requests

        try:
            return requests.post(f"http://127.0.0.1:{self.office_port}/control", data=json.dumps(orders), timeout=5).json()
        except requests.RequestException:
            return None

    # ---- the end ----

    def crashes(self):
        """Lines of all logs that tell of a crash."""
        found = []
        for log in [*self.folder.glob("*.log"), *(self.folder / "front").glob("*.log")]:
            for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
                if any(word in line for word in CRASHES):
                    found.append(f"{log.name}: {line}")
        return found

    def close(self):
        for part in (self.server, self.daemon, self.pool, self.office):
            if part:
                part.stop()
        with contextlib.suppress(Exception):
            self.world.engine.remove_all()


def fill_in(text, words):
    for word, value in words.items():
        text = text.replace(f"@{word}@", str(value))
    return text


def _command(pid):
    with open(f"/proc/{pid}/cmdline", encoding="utf-8", errors="replace") as line:
        return line.read()


def _copy(path, folder):
    """The source may lie where the services' user cannot go."""
    return shutil.copy(path, folder / path.name)
