"""load.py - measuring: load from wrk, what it cost, and whether every answer was the right one."""

import json
import os
import re
import statistics
import subprocess
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
CONNECTIONS = 32


class Wrong(Exception):
    """A server did not answer as it should: then figures mean nothing."""


class Target:
    """One server and what it is asked for: `requests` are (method, path). `front` is the web server it answers behind; `workers`
    says which processes are its own."""

    def __init__(self, name, front, requests, workers, headers=None):
        self.name, self.front, self.workers = name, front, workers
        self.headers = headers or {}
        self.requests = requests
        self.file = front.folder / f"ask-{re.sub('[^a-z]+', '-', name.lower())}-{len(list(front.folder.glob('ask-*')))}"
        self.file.write_text("".join(f"{method} {path}\n" for method, path in requests), encoding="ascii")


class Round:
    """What one stretch of load showed."""

    def __init__(self, requests, us, p50_us, p99_us, cpu_us):
        self.rate = requests / us * 1e6
        self.requests, self.p50_ms, self.p99_ms = requests, p50_us / 1000, p99_us / 1000
        # CPU per request by who spent it
        self.cpu_us = {who: spent / requests for who, spent in cpu_us.items()}


def cpu_us(pids):
    """The CPU time that these processes, with all their threads, have used."""
    total = 0
    for pid in pids:
        for task in Path(f"/proc/{pid}/task").glob("*/schedstat"):
            try:
                total += int(task.read_text(encoding="ascii").split()[0])
            except OSError:
                pass  # a thread that has just ended
    return total / 1000


def spenders(target):
    front = target.front
    return {
        "workers": target.workers(),
        "database": [int((front.world.database.folder / "run" / "pid").read_text(encoding="ascii"))],
        "front": [front.server.pid, *front.server.children()],
    }


class AccessLog:
    """The status of every answer, as the web server logged it."""

    def __init__(self, front):
        self._log = open(front.folder / "front" / "access.log", encoding="utf-8", errors="replace")
        self._log.seek(0, os.SEEK_END)

    def close(self):
        """All must have been 200. A request that was under way when the load ended is 499 to nginx: nobody waited for it."""
        seen = {}
        with self._log as log:
            for line in log:
                found = re.search(r'" (\d{3}) ', line)
                if found:
                    seen[found[1]] = seen.get(found[1], 0) + 1
        if seen.pop("499", 0) > CONNECTIONS or set(seen) != {"200"}:
            raise Wrong(f"answers by status: {seen}")


def load(target, seconds):
    """One stretch of load; Wrong unless every answer was right."""
    log = AccessLog(target.front)
    before = {who: cpu_us(pids) for who, pids in spenders(target).items()}
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", HERE / "ask.lua"]
    for name, value in target.headers.items():
        command += ["-H", f"{name}: {value}"]
    done = subprocess.run([*command, target.front.url, "--", target.file], capture_output=True, text=True, check=False)
    time.sleep(0.3)  # what was under way when the load ended is over, and in the log
    after = {who: cpu_us(pids) for who, pids in spenders(target).items()}
    if done.returncode != 0 or not done.stdout.strip().endswith("}"):
        raise Wrong(f"wrk on {target.name}: {done.stdout}{done.stderr}")
    said = json.loads(done.stdout.strip().splitlines()[-1])
    try:
        log.close()
    except Wrong as wrong:
        raise Wrong(f"{target.name}: {wrong}") from None
    if said["errors"] or not said["requests"]:
        raise Wrong(f"{target.name}: {said}")
    return Round(said["requests"], said["us"], said["p50_us"], said["p99_us"], {who: after[who] - before[who] for who in after})


def alternate(targets, rounds, seconds):
    """Rounds of all targets in turn, so that whatever else the machine does hits all alike: [[Round, …] per target]."""
    for target in targets if rounds > 1 else ():
        load(target, 1)  # connections are opened, statements prepared, pages in memory
    turns = [[load(target, seconds) for target in targets] for _ in range(rounds)]
    return list(zip(*turns))


def median(rounds, what):
    return statistics.median(what(one) for one in rounds)


def ratio(ours, theirs, what):
    """The median of the ratios round by round."""
    return statistics.median(what(a) / what(b) for a, b in zip(ours, theirs))
