"""guard.py - ends what the tests started, even if pytest itself was killed.

It is started by processes.py and reads one JSON line per event from its standard input:
    {"pid": N, "born": TICKS}   a process group was started
    {"gone": N}                 it has ended
    {"last": ["command", …]}    run this at the end (stops a server that was started by a script of tests/lib)
The end of its input means that pytest is gone, however it went.
"""

import json
import os
import signal
import subprocess
import sys
import time


def born(pid):
    """The start time of a process in clock ticks; None when it is gone or only waits to be buried."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as stat:
            fields = stat.read().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else int(fields[19])


def end_groups(groups):
    """TERM, a pause, KILL: only groups whose leader is still the one that was reported."""
    for sign, patience in ((signal.SIGTERM, 5), (signal.SIGKILL, 1)):
        for pid, ticks in groups.items():
            if born(pid) == ticks:
                try:
                    os.killpg(pid, sign)
                except ProcessLookupError:
                    pass
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline and any(born(pid) == ticks for pid, ticks in groups.items()):
            time.sleep(0.05)


def main():
    groups, last = {}, []
    for line in sys.stdin:
        event = json.loads(line)
        if "pid" in event:
            groups[event["pid"]] = event["born"]
        elif "gone" in event:
            groups.pop(event["gone"], None)
        elif "last" in event:
            last.append(event["last"])
    end_groups(groups)
    for command in reversed(last):
        subprocess.run(command, stdin=subprocess.DEVNULL, check=False)


if __name__ == "__main__":
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    main()
