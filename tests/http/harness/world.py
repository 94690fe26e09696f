"""world.py - what all tests of a run share: a folder, the installed programs, one MariaDB, one Docker engine."""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from .engine import Engine
from .processes import SERVICE_GROUP, SERVICE_USER, TESTS, Failed, Guard, run


class Database:
    """A private MariaDB by tests/lib/private-mariadb. `options` are mariadbd's, beside the script's."""

    def __init__(self, folder, guard, options=()):
        self.folder, self._options = folder, ["--", *options] if options else []
        self._script = TESTS / "lib" / "private-mariadb"
        guard.tell(last=[str(self._script), "stop", str(folder)])
        self.start()
        self.socket = folder / "run" / "socket"

    def start(self):
        run([self._script, "start", self.folder, *self._options])

    def stop(self):
        run([self._script, "stop", self.folder])

    def kill(self):
        run([self._script, "kill", self.folder])

    def sql(self, text, database=None):
        """Runs statements as root; returns the rows as lists of texts (NULL is None)."""
        command = ["mariadb", f"--defaults-file={self.folder / 'root.cnf'}", "--batch", "--skip-column-names"]
        if database:
            command.append(database)
        out = run(command, text=text)
        return [[None if cell == "NULL" else cell for cell in line.split("\t")] for line in out.splitlines()]

    def option_file(self, database):
        """The text of an option file of the ordinary user for that database."""
        lines = (self.folder / "default.cnf").read_text(encoding="utf-8").splitlines()
        lines = [line for line in lines if not line.startswith("database")]
        return "\n".join(lines + [f"database = {database}", ""])


class Installed:
    """The programs of PORTICO_BUILD, installed below a folder of ours."""

    def __init__(self, build, folder):
        self.root = folder
        run(["make", "-s", "-C", build, "install", f"DESTDIR={folder}"], timeout_s=600)
        self.worker = self._find("portico.fcgi")
        self.daemon = self._find("porticod")
        self.command = self._find("portico", inside="bin")
        self.sql_dir = self._find("sqitch.plan").parent

    def program(self, name):
        """One of the administrator's programs."""
        return self._find(name, inside="sbin")

    def tls_groups(self):
        """What the build found that this machine's OpenSSL knows of key exchange."""
        return re.search(r"ssl_ecdh_curve\s+(\S+);", self._find("portico-tls.conf", inside="nginx").read_text(encoding="utf-8")).group(1)

    def _find(self, name, inside=None):
        for path in sorted(self.root.rglob(name)):
            if path.is_file() and (inside is None or path.parent.name == inside):
                return path
        raise Failed(f"make install put no {name} below {self.root}")


class World:
    """Made once per run; close() ends everything."""

    def __init__(self, database_options=()):
        build = os.environ.get("PORTICO_BUILD")
        if not build:
            raise Failed("PORTICO_BUILD is not set: start the tests with tests/http/run")
        self.folder = Path(tempfile.mkdtemp(prefix="portico-http."))
        self.folder.chmod(0o711)
        self.guard = Guard()
        if not os.environ.get("PORTICO_KEEP"):
            self.guard.tell(last=_as_root(["rm", "-rf", "--one-file-system", str(self.folder)]))
        try:
            self.installed = Installed(build, self.make_folder("installed"))
            self.data = self.make_folder("data", service=True)
            self.results = self.make_folder("results", service=True)
            self.database = Database(self.make_folder("db"), self.guard, database_options)
            self.engine = self._start_engine(self.make_folder("docker"))
        except BaseException:
            self.close()
            raise

    def make_folder(self, name, service=False):
        path = self.folder / name
        path.mkdir()
        if service and os.geteuid() == 0:
            shutil.chown(path, SERVICE_USER, SERVICE_GROUP)
        return path

    def _start_engine(self, folder):
        script = TESTS / "lib" / "private-docker"
        start = [str(script), "start", str(folder), "--group", str(SERVICE_GROUP)]
        stop = [str(script), "stop", str(folder), "--purge"]
        # said before the start: a run that is killed just then leaves no engine either
        self.guard.tell(last=_as_root(stop))
        done = subprocess.run(start, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if done.returncode == 3 and os.geteuid() != 0:
            done = subprocess.run(_as_root(start), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Failed(f"the tests need a Docker engine: {done.stderr}")
        url = done.stdout.strip()
        run([TESTS / "demo" / "images" / "build", url, "--variants"])
        return Engine(url)

    def close(self):
        self.guard.close()
        if os.environ.get("PORTICO_KEEP"):
            print(f"\nkept: {self.folder}")


def _as_root(command):
    """With sudo unless we are root: containers write results as users of their own."""
    return command if os.geteuid() == 0 else ["sudo", "-n"] + command
