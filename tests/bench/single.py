"""single.py - figures that are no load: memory, the start of a worker, a launch."""

import os
import socket
import statistics
import struct
import subprocess
import threading
import time
from pathlib import Path

from harness.processes import as_service

from load import Wrong, load

# ---- memory ----


def private_mib(pid):
    """What a process has in memory for itself alone."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024


def memory(target, requests, steps):
    """[(requests per worker, the largest private memory of a worker in MiB), …] while the load goes on."""
    workers, done, out = target.workers(), 0, []
    for step in range(1, steps + 1):
        while done < requests * len(workers) * step / steps:
            done += load(target, 5 if requests > 10000 else 1).requests
        if target.workers() != workers:
            raise Wrong("a worker ended under load")
        out.append((done // len(workers), max(private_mib(pid) for pid in workers)))
    return out


# ---- the start of a worker ----


def record(kind, content=b""):
    """FastCGI 1.0, section 3.3."""
    return struct.pack(">BBHHBx", 1, kind, 1, len(content), 0) + content


def request(method, path):
    variables = {"REQUEST_METHOD": method, "REQUEST_URI": path, "HTTP_HOST": "127.0.0.1", "REMOTE_ADDR": "127.0.0.1"}
    variables.update(SERVER_PROTOCOL="HTTP/1.1", GATEWAY_INTERFACE="CGI/1.1")
    params = b"".join(
        bytes([len(name), len(value)]) + name.encode() + value.encode() for name, value in variables.items()
    )
    return record(1, b"\0\1\0\0\0\0\0\0") + record(4, params) + record(4) + record(5)


def start_ms(front, path):
    """From the start of a worker to the last byte of its first answer: the request waits in its socket's queue already."""
    name = str(front.folder / "start.sock")
    Path(name).unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as listener, socket.socket(socket.AF_UNIX) as client:
        listener.bind(name)
        listener.listen(8)
        client.connect(name)
        client.settimeout(10)
        client.sendall(request("GET", path))
        began = time.perf_counter()
        with open(front.folder / "start.log", "ab") as log:
            worker = subprocess.Popen(
                [str(front.world.installed.worker)],
                stdin=listener,
                stdout=log,
                stderr=log,
                env={**os.environ, **front.environment()},
                **as_service(),
            )
        try:
            answer = b""
            while piece := client.recv(65536):
                answer += piece
            took = (time.perf_counter() - began) * 1000
        finally:
            worker.terminate()
            worker.wait(10)
    # without a Status line the answer is a 200 (RFC 3875)
    if b"application/json" not in answer or (b"Status:" in answer and b"Status: 200" not in answer):
        raise Wrong(f"the first answer of a worker: {answer[:500]!r}")
    return took


def starts(front, path, times):
    return statistics.median(start_ms(front, path) for _ in range(times))


# ---- a launch ----


class Between:
    """A socket between Portico and the engine that notes when the engine was at work: from a request's last piece that was
    handed on to the last piece of what came back."""

    def __init__(self, path, engine_url):
        if not engine_url.startswith("unix://"):
            raise Wrong(f"the engine is at {engine_url}, not at a socket")
        self._engine, self._spans, self._lock = engine_url[len("unix://") :], [], threading.Lock()
        self._listener = socket.socket(socket.AF_UNIX)
        Path(path).unlink(missing_ok=True)
        self._listener.bind(str(path))
        os.chmod(path, 0o666)
        self._listener.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            client, _ = self._listener.accept()
            engine = socket.socket(socket.AF_UNIX)
            engine.connect(self._engine)
            span = []
            threading.Thread(target=self._there, args=(client, engine, span), daemon=True).start()
            threading.Thread(target=self._back, args=(client, engine, span), daemon=True).start()

    def _there(self, client, engine, span):
        while piece := client.recv(65536):
            span[:] = [time.perf_counter()]
            engine.sendall(piece)
        engine.shutdown(socket.SHUT_WR)

    def _back(self, client, engine, span):
        while True:
            piece = engine.recv(65536)
            with self._lock:
                if span:
                    self._spans.append((span[0], time.perf_counter()))
            try:
                if not piece:
                    client.shutdown(socket.SHUT_WR)
                    return
                client.sendall(piece)
            except OSError:
                return

    def busy_s(self, began, ended):
        """For how long of that time the engine was at work, overlaps counted once."""
        with self._lock:
            spans = sorted((max(a, began), min(b, ended)) for a, b in self._spans if b > began and a < ended)
        total, until = 0.0, began
        for a, b in spans:
            total += max(0.0, b - max(a, until))
            until = max(until, b)
        return total


def launches(portico, client, between, times):
    """[(whole launch, of that outside the engine), …] in ms."""
    out = []
    for n in range(times):
        number = f"2026-{n:04d}"
        portico.experiment(number, sessions=[f"{number}-1"], users=[client])
        body = {"image": "bench-notebook", "proposal_id": number, "session_number": f"{number}-1"}
        began = time.perf_counter()
        answer = client.post("/api/facility/resources/", json=body)
        ended = time.perf_counter()
        resource = answer.json()
        if answer.status_code != 200 and answer.status_code != 201 or resource["state"] != "created":
            raise Wrong(f"a launch: {answer.status_code} {answer.text}")
        whole = (ended - began) * 1000
        out.append((whole, whole - between.busy_s(began, ended) * 1000))
        client.delete(f"/api/facility/resources/{resource['id']}/")
    return out
