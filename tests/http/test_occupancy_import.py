"""test_occupancy_import.py - spaces taken over from the redis server of the original service."""

import shutil
import socket
import subprocess
import uuid

import pytest

from harness.processes import Failed, free_port, wait_for

pytestmark = pytest.mark.one_front
STAMP = "2026-01-05T12:00:00.000123Z"


class Redis:
    """A redis server of one's own; call("SET", "a", "b") speaks its protocol."""

    def __init__(self, folder):
        self.port, self.path = free_port(), folder / "redis.sock"
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--unixsocket", str(self.path)]
        command += ["--unixsocketperm", "777", "--save", "", "--dir", str(folder), "--daemonize", "no"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(self.path.exists, "redis-server")
        self._socket = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        self._file = self._socket.makefile("rb")

    def call(self, *words):
        parts = [word if isinstance(word, bytes) else str(word).encode() for word in words]
        self._socket.sendall(b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts))
        said = self._file.readline()
        assert not said.startswith(b"-"), said
        if said.startswith(b"$"):
            self._file.read(int(said[1:]) + 2)

    def space(self, ttl_s=86400, key=None, **fields):
        """A space as the original writes it; None leaves a field out."""
        space_id = str(uuid.uuid4())
        row = {
            "space_id": space_id, "space_name": "", "occupancy_current": 0, "occupancy_maximum": 50,
            "created": STAMP, "last_updated": STAMP, **fields,
        }
        words = [word for name, value in row.items() if value is not None for word in (name, value)]
        self.call("HSET", key or space_id, *words)
        if ttl_s is not None:
            self.call("EXPIRE", key or space_id, ttl_s)
        return key or space_id

    def stop(self):
        self._socket.close()
        self._process.terminate()
        self._process.wait(20)


@pytest.fixture
def redis(front):
    folder = front.world.make_folder(f"redis-{uuid.uuid4()}")
    made = Redis(folder)
    yield made
    made.stop()
    shutil.rmtree(folder)


def take(portico, redis, *words):
    return portico.cli("import", "occupancy", "--redis", f"redis://127.0.0.1:{redis.port}", *words)


def show(portico, space_id):
    return portico.anonymous().get(f"/space/{space_id}")


def left_s(portico, space_id):
    sql = "SELECT TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(6), expires_at) FROM occupancy_space WHERE HEX(id) = '%s'"
    return int(portico.sql(sql % space_id.replace("-", "").upper())[0][0])


def test_takes_spaces_with_what_is_left_of_their_lifetime(portico, redis):
    named = redis.space(3600, space_name="Große Halle/1", occupancy_current=7, last_updated="2026-01-06T08:00:00Z")
    plain = redis.space(None)

    said = take(portico, redis)

    assert said.startswith("Imported 2 spaces; 0 were here already")
    assert 3500 < left_s(portico, named) <= 3600 and left_s(portico, plain) > 86300
    body = show(portico, named).json()
    assert body["space_id"] == named and body["space_name"] == "Große Halle/1"
    assert body["occupancy"] == {"current": 7, "maximum": 50}
    assert body["created"] == STAMP and body["last_updated"] == "2026-01-06T08:00:00.000000Z"
    assert show(portico, plain).json()["space_name"] is None
    assert show(portico, body["read_only_id"]).status_code == 200
    stepped = portico.anonymous().put(f"/space/{named}/increment").json()
    assert stepped["occupancy"]["current"] == 8 and stepped["applied"] is True


def test_may_be_run_again_and_leaves_what_is_here(portico, redis):
    first = redis.space()
    take(portico, redis)
    portico.anonymous().put(f"/space/{first}/increment")
    second = redis.space()

    said = take(portico, redis)

    assert said.startswith("Imported 1 spaces; 1 were here already")
    assert show(portico, first).json()["occupancy"]["current"] == 1
    assert show(portico, second).status_code == 200


def test_a_plan_writes_nothing(portico, redis):
    redis.space()

    assert take(portico, redis, "--plan").startswith("Would import 1 spaces")
    assert portico.sql("SELECT COUNT(*) FROM occupancy_space") == [["0"]]


def test_takes_thousands_and_passes_over_other_keys(portico, redis):
    for _ in range(1500):
        redis.space()
    redis.call("SET", "some-setting", "1")
    redis.call("SET", str(uuid.uuid4()), "no hash")
    redis.call("HSET", "no-uuid", "a", "b")

    said = take(portico, redis)

    assert said.startswith("Imported 1500 spaces; 0 were here already, 0 had just ended, 3 keys are no spaces, 0 failed")


def test_counts_beyond_all_range_are_taken_as_far_as_they_go(portico, redis):
    over = redis.space(occupancy_current=80)
    endless = redis.space(occupancy_current="9" * 30)
    long_name = redis.space(space_name="ä" * 300)

    take(portico, redis)

    assert show(portico, over).json()["occupancy"] == {"current": 80, "maximum": 50}
    stuck = [portico.anonymous().put(f"/space/{over}/{step}").json() for step in ("increment", "decrement")]
    assert [(step["applied"], step["occupancy"]["current"]) for step in stuck] == [(False, 80), (True, 79)]
    assert show(portico, endless).json()["occupancy"]["current"] == 999999999
    assert show(portico, long_name).json()["space_name"] == "ä" * 255


def test_tells_what_could_not_be_taken_and_fails(portico, redis):
    good = redis.space()
    bad = {
        redis.space(occupancy_maximum=0): "occupancy_maximum is not from 1 to 100000",
        redis.space(occupancy_current="-1"): "occupancy_current is no count",
        redis.space(occupancy_current=None): "occupancy_current is no count",
        redis.space(created="yesterday"): "created is no time",
        redis.space(space_name=b"\xff"): "space_name is not UTF-8",
        redis.space(key=str(uuid.uuid4())): "space_id is not the key",
    }

    with pytest.raises(Failed) as failed:
        take(portico, redis)

    for space_id, why in bad.items():
        assert f"{space_id} error: {why}" in str(failed.value)
    assert "Imported 1 spaces" in str(failed.value)
    assert show(portico, good).status_code == 200


def test_asks_with_a_password_and_over_a_unix_socket(portico, redis, front):
    redis.space()
    redis.call("CONFIG", "SET", "requirepass", "se cret")
    redis.call("AUTH", "se cret")
    secret = front.private_file("redis-password", "se cret\n")

    with pytest.raises(Failed, match="NOAUTH"):
        take(portico, redis)
    with pytest.raises(Failed):
        portico.cli("import", "occupancy", "--redis", f"redis://:wrong@127.0.0.1:{redis.port}/0")
    assert portico.cli("import", "occupancy", "--redis", f"unix://{redis.path}", "--password-file", secret).startswith("Imported 1 ")
    assert portico.cli("import", "occupancy", "--redis", f"redis://:se%20cret@127.0.0.1:{redis.port}/0").startswith("Imported 0 ")


def test_refuses_other_urls_and_says_when_nobody_answers(portico):
    for url in ("127.0.0.1:6379", "rediss://host", "redis://", "redis://host:0", "redis://user:x@host", "redis://host/x"):
        with pytest.raises(Failed, match="is wanted"):
            portico.cli("import", "occupancy", "--redis", url)
    with pytest.raises(Failed, match="redis at 127.0.0.1"):
        portico.cli("import", "occupancy", "--redis", f"redis://127.0.0.1:{free_port()}")
