#!/usr/bin/python3
"""experiments.py - is a page of a user's experiments as fast at 10^6 as at 10^3? Prints times side by side, judges nothing.

usage: PORTICO_BUILD=DIR tests/bench/experiments.py [--rows N] [--requests N]

Two users of one installation behind nginx: one takes part in 1,000 experiments, one in N (a million). Each kind of page is
asked for by the first while there is nobody else, and then in turns of both, so that whatever else the machine does hits both
alike. Times are of whole requests over loopback.
"""

import argparse
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "http"))

from harness.front import Front  # noqa: E402
from harness.portico import Portico  # noqa: E402
from harness.world import World  # noqa: E402
from installation import DATABASE  # noqa: E402

SMALL = 1000
PAGES = {
    "first page": "?page=1&ordering=",
    "tenth page": "?page=10",
    "last page": "?page=last",
    "turned round": "?ordering=-proposal_id",
    "favourites": "?calipsouserexperiment__favorite=1",
}


class Unchecked:
    """Answers are not held against the contract here: that would be measured as well."""

    def check(self, answer):
        assert answer.status_code == 200, answer.text


def fill(front, name, rows, beginning):
    """Experiments PREFIX-0000001 …, all of them the user's; every 1000th is a favourite."""
    front.sql(
        f"""SET SESSION unique_checks = 0;
        INSERT INTO facility_experiment (proposal_id, subject, body, beam_line)
        SELECT CONCAT('{beginning}', LPAD(seq, 7, '0')), CONCAT('Title ', seq), REPEAT('Abstract. ', 20), 'BL01'
          FROM seq_1_to_{rows};
        INSERT INTO facility_participation (user_id, experiment_id, proposal_id, favorite)
        SELECT u.id, e.id, e.proposal_id, e.id % 1000 = 0
          FROM facility_experiment e JOIN account_user u ON u.username = '{name}'
         WHERE e.proposal_id LIKE '{beginning}%';
        INSERT INTO facility_member (user_id, experiment_count) SELECT id, {rows} FROM account_user WHERE username = '{name}'
            ON DUPLICATE KEY UPDATE experiment_count = {rows};
        ANALYZE TABLE facility_experiment, facility_participation;"""
    )


def ask(client, page):
    began = time.perf_counter()
    client.get(f"/api/facility/users/{client.username}/experiments/{page}")
    return (time.perf_counter() - began) * 1000


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def measure(users, requests):
    """{page: {user: (p50, p99)}} in ms, the users asking in turns."""
    found = {}
    for label, page in PAGES.items():
        times = {name: [] for name in users}
        for _ in range(requests):
            for name, client in users.items():
                times[name].append(ask(client, page))
        found[label] = {name: (statistics.median(of), percentile(of, 0.99)) for name, of in times.items()}
    return found


def compare(front, portico, rows, requests):
    """[(page, three times (p50, p99) in ms), …]: of a user of a thousand experiments while there are no others, of the same among
    those of a user of `rows`, and of that one."""
    users = {}
    for name, count, beginning in (("small", SMALL, "S"), ("large", rows, "L")):
        print(f"filling {count} experiments of {name} ...", file=sys.stderr)
        users[name] = portico.user(name)
        fill(front, name, count, beginning)
        if name == "small":
            alone = measure(users, requests)
    both = measure(users, requests)
    return [(page, alone[page]["small"], both[page]["small"], both[page]["large"]) for page in PAGES]


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--rows", type=int, default=1_000_000)
    words.add_argument("--requests", type=int, default=300)
    asked = words.parse_args()
    world = World(DATABASE)
    front = None
    try:
        front = Front(world, "nginx")
        heads = (f"{SMALL} alone", f"{SMALL} among {asked.rows}", f"{asked.rows}")
        print(f"{'p50 / p99 in ms':18}" + "".join(f"{head:>22}" for head in heads))
        for page, *found in compare(front, Portico(front, Unchecked()), asked.rows, asked.requests):
            print(f"{page:18}" + "".join(f"{f'{p50:.2f} / {p99:.2f}':>22}" for p50, p99 in found))
    finally:
        if front:
            front.close()
        world.close()


if __name__ == "__main__":
    main()
