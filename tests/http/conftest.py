"""conftest.py - the fixtures of the http tests. A test asks for what it needs:

portico   an empty installation behind each of the web servers in turn: users, experiments, images, cli, sql, settings
docker    the Docker engine: which of its containers are Portico's, their logs; kill and remove
daemon    porticod of that installation: kill, stop, start
office    the stand-in of the user office: users, and misbehaviour on demand
front     the installation itself, with its programs and log files
browser   headless Chromium on an empty page, without cookies; browser.shot(NAME) keeps a picture below PORTICO_SHOTS, if that is set

Every answer a client of `portico` receives is held against the program's own OpenAPI document. A test marked `one_front`
runs behind the first web server only, one marked only_fronts("nginx", …) behind those. PORTICO_FRONTS names the web servers.
"""

import os
import secrets
import shutil
import signal

import pytest
import requests

from harness.browser import Browser
from harness.contract import Contract
from harness.front import KINDS, Front
from harness.portico import Portico
from harness.processes import wait_for
from harness.world import World


def pytest_configure(config):
    """SIGTERM ends the run as Ctrl-C does, so that fixtures clean up."""

    def interrupt(*_):
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)


def _fronts():
    """The web servers to test; the very strings of KINDS, since pytest compares parameters by identity."""
    wanted = os.environ.get("PORTICO_FRONTS", "").replace(",", " ").split() or KINDS
    unknown = set(wanted) - set(KINDS)
    assert not unknown, f"PORTICO_FRONTS: no such web server: {', '.join(sorted(unknown))}"
    return [kind for kind in KINDS if kind in wanted]


def pytest_generate_tests(metafunc):
    if "front" in metafunc.fixturenames:
        kinds = _fronts()
        if metafunc.definition.get_closest_marker("one_front"):
            kinds = kinds[:1]
        metafunc.parametrize("front", kinds, indirect=True, scope="session")


def pytest_collection_modifyitems(config, items):
    """Takes out what only_fronts leaves out. Not at parametrize: pytest gathers tests by the position of their parameter, so
    every list must begin alike, or installations would be torn down and made again."""

    def wanted(item):
        only = item.get_closest_marker("only_fronts")
        return not only or item.callspec.params["front"] in only.args

    out = [item for item in items if not wanted(item)]
    config.hook.pytest_deselected(items=out)
    items[:] = [item for item in items if wanted(item)]


@pytest.fixture(scope="session")
def world():
    made = World()
    yield made
    made.close()


@pytest.fixture(scope="session")
def front(request, world):
    made = Front(world, request.param)
    yield made
    made.close()
    assert made.crashes() == []


@pytest.fixture(scope="session")
def contract(front):
    answer = requests.get(f"{front.url}/api/openapi.json", timeout=30)
    assert answer.status_code == 200
    return Contract(answer.json())


@pytest.fixture
def portico(front, contract):
    front.reset()
    yield Portico(front, contract)
    if not front.daemon.alive():
        front.start_daemon()


@pytest.fixture
def docker(front):
    return front.world.engine


class Daemon:
    """porticod of an installation; a test that leaves it down finds it up again afterwards."""

    def __init__(self, front):
        self._front = front

    def alive(self):
        return self._front.daemon.alive()

    def kill(self):
        """kill -9 of the daemon and its children at once."""
        self._front.daemon.kill()

    def stop(self):
        """SIGTERM; returns the exit status."""
        return self._front.daemon.stop()

    def start(self):
        if not self.alive():
            self._front.start_daemon()

    def restart(self):
        self.stop()
        self.start()

    def once(self):
        """`porticod --once`: does what is due and returns."""
        from harness.processes import run

        run(
            [self._front.world.installed.daemon, "--config", self._front.config, "--once"],
            service=True, cwd="/", env={**os.environ, **self._front.environment()},
        )


@pytest.fixture
def daemon(front):
    return Daemon(front)


class Office:
    """The stand-in of the user office, empty at the start of each test."""

    def __init__(self, front):
        self._front = front
        self._order(reset=True)

    def _order(self, **orders):
        return self._front.office_control(**orders)

    def user(self, name, password, authorized=None):
        self._order(users={name: password}, authorized={} if authorized is None else {name: authorized})

    def behave(self, mode):
        """ok, hang, cut, garbage, huge, or a status such as 500."""
        self._order(mode=mode)

    def calls(self):
        """What it was asked, as dicts of path, body, authorization."""
        return self._order()["calls"]


@pytest.fixture
def office(front, portico):
    yield Office(front)
    front.office_control(reset=True)


@pytest.fixture
def tmp_path(world):
    """A folder of the test that the services' user may read and write; pytest's own is closed to it."""
    path = world.make_folder(f"test.{secrets.token_hex(3)}", service=True)  # short: sockets may lie in it
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def eventually():
    """eventually(question, "what", seconds): asks until the answer is true, and returns it."""
    return lambda question, what, patience_s=20: wait_for(question, what, patience_s)


@pytest.fixture(scope="module")
def chromium():
    made = Browser()
    yield made
    made.close()


@pytest.fixture
def browser(chromium):
    chromium.call("Network.clearBrowserCookies")
    chromium.size(1200, 900)
    chromium.errors.clear()
    yield chromium
    chromium.open("about:blank")
