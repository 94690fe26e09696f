"""engine.py - the Docker engine as the tests see it, over its own API and not through Portico."""

import http.client
import json
import socket
from urllib.parse import quote, urlencode


class _Unix(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("docker", timeout=60)
        self._path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


class Engine:
    """Looks, and misbehaves on purpose; it knows which containers are Portico's by their labels."""

    LABEL = "org.portico.instance"

    def __init__(self, url):
        self.url = url

    def _connect(self):
        if self.url.startswith("unix://"):
            return _Unix(self.url[len("unix://"):])
        return http.client.HTTPConnection(self.url[len("tcp://"):], timeout=60)

    def call(self, method, path, expect=(200, 201, 204, 304), body=None, **query):
        """One call; `body` is sent as JSON. The answer's JSON, or its bytes when it is none."""
        link = self._connect()
        words = (None, {}) if body is None else (json.dumps(body), {"Content-Type": "application/json"})
        try:
            link.request(method, path + ("?" + urlencode(query) if query else ""), *words)
            answer = link.getresponse()
            body = answer.read()
        finally:
            link.close()
        assert answer.status in expect, f"Docker: {method} {path}: {answer.status} {body!r}"
        return json.loads(body) if body.startswith((b"{", b"[")) else body

    def containers(self, running_only=False, **labels):
        """Portico's containers; labels narrow it: containers(resource=uuid, user="ana", instance=…)."""
        wanted = [self.LABEL] + [f"org.portico.{name}={value}" for name, value in labels.items()]
        return self.call(
            "GET", "/containers/json", all="0" if running_only else "1", filters=json.dumps({"label": wanted})
        )

    def inspect(self, name):
        return self.call("GET", f"/containers/{quote(name)}/json")

    def exists(self, name):
        return "Id" in self.call("GET", f"/containers/{quote(name)}/json", expect=(200, 404))

    def logs(self, name):
        """What the container wrote, both streams, without the frames."""
        raw, out = self.call("GET", f"/containers/{quote(name)}/logs", stdout="1", stderr="1"), b""
        while len(raw) >= 8:
            size = int.from_bytes(raw[4:8], "big")
            out, raw = out + raw[8 : 8 + size], raw[8 + size :]
        return out.decode("utf-8", "replace")

    def stop(self, name):
        self.call("POST", f"/containers/{quote(name)}/stop", t="1")

    def kill(self, name):
        self.call("POST", f"/containers/{quote(name)}/kill")

    def remove(self, name):
        self.call("DELETE", f"/containers/{quote(name)}", expect=(204, 404, 409), force="1", v="1")

    def remove_all(self, **labels):
        for container in self.containers(**labels):
            self.remove(container["Id"])
