"""processes.py - starting and ending programs, by process id and nothing else."""

import json
import os
import pwd
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from .guard import born

TESTS = Path(__file__).resolve().parents[2]

# As root, what the tests start runs as the user that web servers run as; else as the caller.
SERVICE_USER = "www-data" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
SERVICE_GROUP = pwd.getpwnam(SERVICE_USER).pw_gid


class Failed(Exception):
    """A command or a server did not do what it should; the message holds its words."""


class Guard:
    """The watcher of guard.py; told of every process so that none outlives the tests."""

    def __init__(self):
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("guard.py"))],
            stdin=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def tell(self, **event):
        self._process.stdin.write(json.dumps(event) + "\n")
        self._process.stdin.flush()

    def close(self):
        self._process.stdin.close()
        self._process.wait(150)


def as_service():
    """Arguments of subprocess for a program of the service: an unprivileged user when we are root."""
    if os.geteuid() != 0:
        return {}
    return {"user": SERVICE_USER, "group": SERVICE_GROUP, "extra_groups": []}


class Server:
    """A program that runs until it is stopped, leader of its own process group."""

    def __init__(self, guard, name, command, log, env=None):
        self.name, self.log = name, Path(log)
        self._guard = guard
        with open(log, "ab") as out:
            self._process = subprocess.Popen(
                [str(word) for word in command],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(env or {})},
                start_new_session=True,
                **as_service(),
            )
        self.pid = self._process.pid
        guard.tell(pid=self.pid, born=born(self.pid) or 0)

    def alive(self):
        return self._process.poll() is None

    def signal(self, sign):
        """To the leader alone."""
        self._process.send_signal(sign)

    def kill(self):
        """kill -9 of the whole group, as a power cut would."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._process.wait(10)
        self._guard.tell(gone=self.pid)

    def stop(self, patience_s=30):
        """Asks, waits, insists. Returns the exit status, or None when it had to be killed."""
        if self.alive():
            self._process.terminate()
        try:
            status = self._process.wait(patience_s)
        except subprocess.TimeoutExpired:
            status = None
        self.kill()
        return status

    def children(self):
        """The process ids of its children that live."""
        try:
            text = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="ascii")
        except OSError:
            return []
        return [int(pid) for pid in text.split() if born(int(pid)) is not None]

    def tail(self, lines=20):
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


def run(command, timeout_s=120, service=False, text="", **options):
    """Runs a command to its end, with `text` as its input; Failed with its words when it fails. Returns its output."""
    done = subprocess.run(
        [str(word) for word in command],
        input=text,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        timeout=timeout_s,
        check=False,
        **(as_service() if service else {}),
        **options,
    )
    if done.returncode != 0:
        raise Failed(f"{' '.join(map(str, command))}: exit status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def free_port():
    """A TCP port of 127.0.0.1 that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(question, what, patience_s=20, pause_s=0.05):
    """Asks until the answer is true; returns it. Failed says what was waited for."""
    deadline = time.monotonic() + patience_s
    while True:
        answer = question()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise Failed(f"waited {patience_s} s for {what}")
        time.sleep(pause_s)
