"""user_office.py --port N - stands in for a facility's user office (facility.md sections 6.1 and 6.3).

    POST /login       {"username", "password"}   200 right, 401 wrong, 400 not understood
    POST /authorized  {"login"}, Basic           200 {"result": true or false}, 404 unknown, 403 wrong credentials
    POST /control     orders of a test; answers {"calls": [...], "mode": ...}:
        {"users": {"ana": "secret"}}       who may log in
        {"authorized": {"ana": true}}      who may launch resources of his own
        {"mode": M}                        ok; hang (accepts, never answers); cut (half an answer); garbage (not HTTP);
                                           huge (an answer without end); or a status: 401, 403, 429, 500, 503
        {"reset": true}                    nobody, nothing, ok

--port 0 takes a free port; the port is printed. It listens on 127.0.0.1 and ends on SIGTERM.
"""

import argparse
import base64
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CREDENTIALS = "Basic " + base64.b64encode(b"portico:office-password").decode()


class Office:
    def __init__(self):
        self.lock = threading.Lock()
        self.reset()

    def reset(self):
        self.users, self.authorized, self.mode, self.calls = {}, {}, "ok", []

    def order(self, orders):
        with self.lock:
            if orders.get("reset"):
                self.reset()
            self.users.update(orders.get("users", {}))
            self.authorized.update(orders.get("authorized", {}))
            self.mode = str(orders.get("mode", self.mode))
            return {"calls": self.calls, "mode": self.mode}


OFFICE = Office()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *words):
        pass

    def answer(self, status, value=None):
        body = b"" if value is None else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if status in (429, 503):
            self.send_header("Retry-After", "7")
        self.end_headers()
        self.wfile.write(body)

    def misbehave(self, mode):
        """True if the mode was more than `ok`."""
        if mode == "ok":
            return False
        self.close_connection = True
        if mode == "hang":
            time.sleep(60)
        elif mode == "cut":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"result\": tr")
        elif mode == "garbage":
            self.wfile.write(bytes(range(256)) * 8)
        elif mode == "huge":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
            try:
                for _ in range(100000):
                    self.wfile.write(b" " * 65536)
            except OSError:
                pass
        else:
            self.answer(int(mode), {"detail": "as ordered"})
        return True

    def do_POST(self):
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            body = json.loads(raw)
            assert isinstance(body, dict)
        except (ValueError, AssertionError):
            return self.answer(400, {"detail": "not understood"})
        if self.path == "/control":
            return self.answer(200, OFFICE.order(body))
        with OFFICE.lock:
            OFFICE.calls.append({"path": self.path, "body": body, "authorization": self.headers.get("Authorization")})
            mode, users, authorized = OFFICE.mode, dict(OFFICE.users), dict(OFFICE.authorized)
        if self.misbehave(mode):
            return None
        if self.path == "/login":
            known = isinstance(body.get("username"), str) and users.get(body["username"]) == body.get("password")
            return self.answer(200 if known and body.get("password") else 401)
        if self.path == "/authorized":
            if self.headers.get("Authorization") != CREDENTIALS:
                return self.answer(403)
            if body.get("login") not in authorized:
                return self.answer(404)
            return self.answer(200, {"result": authorized[body["login"]]})
        return self.answer(404)


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--port", type=int, default=0)
    server = ThreadingHTTPServer(("127.0.0.1", words.parse_args().port), Handler)
    server.daemon_threads = True
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
