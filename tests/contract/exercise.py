"""exercise.py - an installation with a little of everything in it, and schemathesis run over it as each caller.

Called by `run`, which says what the options mean. The last lines are a summary as automake's: each caller is one check."""

import argparse
import collections
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "http"))

from harness.contract import Contract  # noqa: E402
from harness.front import Front  # noqa: E402
from harness.portico import Portico  # noqa: E402
from harness.world import World  # noqa: E402

CALLERS = ("anonymous", "user", "other", "superuser")

# Failed logins are counted elsewhere; here thousands are sent on purpose. A request waits for its launch, but not long.
SETTINGS = {
    "accounts": {"login_attempts": "1000000", "account_attempts": "0", "address_attempts": "0"},
    "facility": {"launch_wait_ms": "3000", "launch_deadline_s": "20", "stop_grace_s": "1"},
    "work": {"poll_ms": "200"},
}


def options():
    parser = argparse.ArgumentParser(prog="run", allow_abbrev=False)
    parser.add_argument("--tools", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--examples", type=int, default=100, help="random requests per operation and caller")
    parser.add_argument("--quick", action="store_const", dest="examples", const=10, help="10 of them")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--caller", action="append", choices=CALLERS)
    parser.add_argument("--operation", action="append", default=[])
    return parser.parse_args()


def fill(portico):
    """Accounts, experiments, images and resources. Returns what hooks.py wants to know for each caller: how he shows who he is,
    the id of his account, and names worth asking for, in addresses and in the bodies of operations."""
    ana = portico.user("ana", quota={"sessions": 2, "cpu": 4, "memory": "8G", "hdd": "20G"}, password="ana's password")
    bob = portico.user("bob", quota={"sessions": 2}, password="bob's password")
    root = portico.admin("root")
    for name in "ants", "bees", "wasps":
        answer = root.post("/api/groups/", json={"name": name})
        assert answer.status_code == 201, answer.text
    # found and changed by the callers, so that nothing they need themselves is
    portico.user("eve", login=False)
    portico.user("joe", login=False)
    ids = {name: int(number) for name, number in portico.sql("SELECT username, id FROM account_user")}
    portico.experiment("P1", sessions=["S1", "S2"], users=[ana, bob])
    portico.experiment("P2", sessions=["S3"], users=[ana])
    portico.image("link", "http://localhost/link", type="static_link")
    portico.image("spare", "http://localhost/spare", type="static_link")
    portico.image("notebook")
    # nothing can launch it, so nothing keeps it from being removed
    portico.image("machine", "template", type="virtual_machine")
    for caller in ana, bob:
        answer = caller.post("/api/facility/resources/", json={"image": "link", "proposal_id": "P1", "session_number": "S1"})
        assert answer.status_code in (201, 202), answer.text
    token = portico.cli("user", "token", "root").split()[-1]
    credentials = {
        "anonymous": {},
        "user": {"login": {"username": "ana", "password": ana.password}},
        "other": {"basic": ["bob", bob.password]},
        "superuser": {"token": token},
    }
    names = {
        "page": ["1", "last"],
        "username": ["ana", "bob", "eve"],
        "pk": [ids["eve"], ids["joe"]],
        "experiment": ["P1~S1", "P1~S2", "P2~S3"],
        "public_name": ["link", "link", "spare", "notebook", "machine", "machine"],
    }
    user = {
        "username": [f"new{n}" for n in range(20)], "password": ["quite a good one"], "groups": [[]], "email": ["new@example.org"],
    }
    group = {"name": [f"group{n}" for n in range(20)]}
    bodies = {
        "/api/users/": user,
        "/api/users/{pk}/": user,
        "/api/groups/": group,
        "/api/groups/{pk}/": group,
        "/api/facility/login/": {"username": ["ana"], "password": [ana.password]},
        "/api/facility/resources/": {
            "image": ["link", "link", "spare", "notebook", "machine"], "proposal_id": ["P1", "P2"], "session_number": ["S1", "S2", "S3"],
        },
        "/api/facility/images/{public_name}/": {
            "image": ["http://localhost/new", "portico-demo-notebook:1"], "resource_type": ["static_link", "docker_container"],
            "logs_er": ["", "token=[0-9a-f]+"],
        },
    }
    own = {"anonymous": None, "user": ids["ana"], "other": ids["bob"], "superuser": ids["root"]}
    return {
        caller: {"url": portico.url, "credentials": credentials[caller], "own": own[caller], "names": names, "bodies": bodies}
        for caller in CALLERS
    }


class Run:
    """schemathesis at work as one caller. One thread each: Python 3.11.2 mixes up the depths of two that read source text."""

    def __init__(self, args, front, document, caller, state):
        self.caller, self._begun = caller, time.monotonic()
        self._folder = front.world.make_folder(f"contract-{caller}")
        # from a file: of an address, schemathesis leaves out the operation that serves the document
        (self._folder / "openapi.json").write_text(json.dumps(document), encoding="utf-8")
        (self._folder / "state.json").write_text(json.dumps(state), encoding="utf-8")
        command = [
            args.tools / "bin" / "schemathesis", "--config-file", HERE / "schemathesis.toml", "run",
            self._folder / "openapi.json", "--url", front.url, "--checks", "all", "--max-examples", args.examples,
            "--seed", args.seed, "--workers", 1, "--generation-database", "none", "--no-color",
        ]
        for operation in args.operation:
            command += ["--include-operation-id", operation]
        environment = {
            **os.environ, "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(HERE), "PORTICO_CONTRACT_STATE": str(self._folder),
        }
        with open(self._folder / "log", "wb") as log:
            self._process = subprocess.Popen(
                [str(word) for word in command], cwd=self._folder, env=environment,
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            )

    def close(self):
        self._process.kill()
        self._process.wait()

    def finish(self):
        """Waits for it and shows what it said. Returns whether it found nothing, and {operation: {status: answers}}."""
        good = self._process.wait() == 0
        seconds = time.monotonic() - self._begun
        print(f"\n######## as {self.caller}\n{(self._folder / 'log').read_text(encoding='utf-8')}")
        seen = self._folder / "seen.json"
        answers = json.loads(seen.read_text(encoding="utf-8")) if seen.exists() else {}
        sent = sum(sum(statuses.values()) for statuses in answers.values())
        print(f"as {self.caller}: {'nothing found' if good else 'FAILED'}, {sent} requests in {seconds:.0f} s", flush=True)
        return good, answers


def troubles(front):
    """What the logs say of crashes, and of answers with status 500."""
    lines = (front.folder / "pool.log").read_text(encoding="utf-8").splitlines()
    return front.crashes() + [line for line in lines if " status=500 " in line and " req=" in line]


def exercise(args, front):
    """As two callers at a time. Returns the callers that found something, and {operation: {status: answers}}."""
    document = json.loads(front.cli("openapi"))
    contract = Contract(document)
    states = fill(Portico(front, contract))
    wanted = [operation["operationId"] for _, _, operation in contract.operations()]
    wanted = [name for name in wanted if not args.operation or name in args.operation]
    found, seen = [], {name: collections.Counter() for name in wanted}
    print(f"{len(wanted)} operations, {args.examples} random requests of each per caller, seed {args.seed}", flush=True)
    callers = args.caller or list(CALLERS)
    for pair in callers[:2], callers[2:]:
        with contextlib.ExitStack() as stack:
            runs = [Run(args, front, document, caller, states[caller]) for caller in pair]
            for run in runs:
                stack.callback(run.close)
            for run in runs:
                good, answers = run.finish()
                for operation, statuses in answers.items():
                    seen[operation].update(statuses)
                if not good:
                    found.append(run.caller)
    return found, seen


def main():
    args = options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    begun = time.monotonic()
    callers = len(args.caller or CALLERS)
    with contextlib.ExitStack() as stack:
        world = World()
        stack.callback(world.close)
        front = Front(world, "nginx", SETTINGS)
        stack.callback(front.close)
        found, seen = exercise(args, front)
        wrong = troubles(front)
    print()
    for operation, statuses in seen.items():
        print(f"  {operation}: " + " ".join(f"{status}×{statuses[status]}" for status in sorted(statuses)))
        if callers == len(CALLERS) and not any(status.startswith("2") for status in statuses):
            print("    never succeeded, which says little about it: fill() could name something to ask it for")
    for line in wrong:
        print(line)
    requests = sum(sum(statuses.values()) for statuses in seen.values())
    print(f"{len(seen)} operations, {callers} callers, {requests} requests in {time.monotonic() - begun:.0f} s, seed {args.seed}")
    print(f"# PASS: {callers - len(found)}\n# FAIL: {len(found) + len(wrong)}")
    return 1 if found or wrong else 0


if __name__ == "__main__":
    sys.exit(main())
