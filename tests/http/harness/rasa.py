"""rasa.py - the stand-in of a Rasa server (tests/fake/rasa.py), started, ordered about and ended."""

import json
import shutil
import sys

import requests

from .processes import TESTS, Server, free_port, wait_for


class Rasa:
    """One server on a port that stays its own, also while it is down."""

    def __init__(self, guard, folder):
        self._guard, self._log = guard, folder / "rasa.log"
        self._script = shutil.copy(TESTS / "fake" / "rasa.py", folder / "rasa.py")  # where the services' user can read it
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._server = None
        self.start()

    def start(self):
        self._server = Server(self._guard, "rasa", [sys.executable, self._script, "--port", self.port], self._log)
        wait_for(lambda: self._ask() is not None, "the stand-in of Rasa")

    def stop(self):
        self._server.kill()

    def alive(self):
        return self._server.alive()

    def _ask(self, **orders):
        try:
            return requests.post(f"{self.url}/control", data=json.dumps(orders), timeout=5).json()
        except requests.RequestException:
            return None

    def order(self, **orders):
        """See tests/fake/rasa.py; returns what it reports."""
        report = self._ask(**orders)
        assert report is not None
        return report

    def calls(self, **wanted):
        """The turns it was asked for, in order; calls(sender="u", mode="ok")."""
        return [call for call in self.order()["calls"] if all(call[key] == value for key, value in wanted.items())]
