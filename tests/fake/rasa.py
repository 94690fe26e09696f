"""rasa.py --port N - stands in for a Rasa server, in both dialects, and misbehaves on demand.

Rasa Open Source 3.x (https://rasa.com/docs/rasa/http-api, https://rasa.com/docs/rasa/connectors/your-own-website and
rasa/core/channels/rest.py of github.com/RasaHQ/rasa):
    POST /webhooks/rest/webhook             {"sender","message","metadata"?,"input_channel"?}; ?stream=true: a JSON object a line
    GET  /webhooks/rest/                    {"status": "ok"}
    GET  /  /version                        what it is
    GET  /status                            with --enable-api; ?token= or Authorization: Bearer JWT; 409 without a model
    GET  /conversations/{id}/tracker        with --enable-api
rasa_core 0.9 (chatbot.md section 8):
    POST, GET /conversations/{id}/respond   {"query"} or ?query=, ?q=; ?token=

    POST /control   orders of a test; answers {"calls": [...], "mode": ..., "hanging": N}:
        {"mode": M}      ok; hang (accepts, never answers); slow (after `slow_s`); cut; garbage (not HTTP); text (200, no JSON);
                         object (200, no array); strange (items without a usable key); huge; empty (200 []);
                         no_model (as 3.x and 0.9 do it); or a status such as 500
        {"script": {"hello": [{"text": "Hi"}]}}   what is answered to a text; else {"text": "You said: …"}
        {"token": T, "jwt_secret": S, "api": true|false, "slow_s": N, "once": [M, ...]}    once: modes of the next calls
        {"reset": true}

--port 0 takes a free port; the port is printed. It listens on 127.0.0.1 and ends on SIGTERM.
"""

import argparse
import base64
import hashlib
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

VERSION = "3.6.20"


class Rasa:
    def __init__(self):
        self.lock = threading.Lock()
        self.hanging = 0
        self.reset()

    def reset(self):
        self.mode, self.script, self.calls, self.once = "ok", {}, [], []
        self.token = self.jwt_secret = None
        self.api, self.slow_s = True, 1

    def order(self, orders):
        with self.lock:
            if orders.get("reset"):
                self.reset()
            for name in ("mode", "token", "jwt_secret", "api", "slow_s", "once"):
                if name in orders:
                    setattr(self, name, orders[name])
            self.script.update(orders.get("script", {}))
            return {"calls": self.calls, "mode": self.mode, "hanging": self.hanging}

    def begin(self, call):
        """Notes a turn and says how to behave over it."""
        with self.lock:
            mode = str(self.once.pop(0) if self.once else self.mode)
            self.calls.append({**call, "mode": mode})
            return mode

    def say(self, sender, text):
        items = self.script.get(text, [{"text": f"You said: {text}"}])
        return [{"recipient_id": sender, **item} for item in items]


RASA = Rasa()


def jwt_payload(token, secret):
    """The payload of a token that the secret signed (HS256), or None."""
    try:
        signed, _, signature = token.rpartition(".")
        wanted = base64.urlsafe_b64encode(hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest()).rstrip(b"=")
        header, payload = (json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in signed.split("."))
        return payload if header["alg"] == "HS256" and hmac.compare_digest(wanted, signature.encode()) else None
    except (ValueError, KeyError):
        return None


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *words):
        pass

    def answer(self, status, value, kind="application/json"):
        body = value if isinstance(value, bytes) else json.dumps(value, indent=1).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def fail(self, status, reason, message):
        """The error body of 3.x."""
        self.answer(status, {"version": VERSION, "status": "failure", "message": message, "reason": reason, "details": {},
                             "help": None, "code": status})

    # ---- misbehaviour ----

    def hang(self):
        with RASA.lock:
            RASA.hanging += 1
        try:
            time.sleep(60)
        finally:
            with RASA.lock:
                RASA.hanging -= 1

    def huge(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[")
        try:
            for _ in range(1000):
                self.wfile.write(b" " * 65536)
        except OSError:
            pass

    def misbehave(self, mode):
        """True if that was the answer."""
        self.close_connection = mode not in ("ok", "slow", "no_model", "empty")
        if mode == "hang":
            self.hang()
        elif mode == "slow":
            time.sleep(RASA.slow_s)
            return False
        elif mode == "cut":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n[{\"text\": \"tr")
        elif mode == "garbage":
            self.wfile.write(bytes(range(256)) * 8)
        elif mode == "text":
            self.answer(200, b"all is well", "text/plain")
        elif mode == "object":
            self.answer(200, {"text": "not in a list"})
        elif mode == "strange":
            self.answer(200, [{"recipient_id": "x", "elements": []}])
        elif mode == "huge":
            self.huge()
        elif mode == "empty":
            self.answer(200, [])
        elif mode.isdigit():
            self.fail(int(mode), "Ordered", "as ordered")
        else:
            return False
        return True

    # ---- who may ----

    def may(self, query):
        """The HTTP API of 3.x: a token, or a JSON Web Token of an admin."""
        if RASA.token and query.get("token", [None])[0] == RASA.token:
            return True
        bearer = self.headers.get("Authorization", "").removeprefix("Bearer ")
        payload = jwt_payload(bearer, RASA.jwt_secret) if RASA.jwt_secret else None
        if payload and payload.get("user", {}).get("role") == "admin":
            return True
        return not RASA.token and not RASA.jwt_secret

    # ---- the dialects ----

    def webhook(self, body, query):
        sender, text = body.get("sender", "default"), body.get("message")
        mode = RASA.begin({"dialect": "3.x", "sender": sender, "text": text, "metadata": body.get("metadata"), "path": self.path,
                           "request": self.headers.get("X-Request-Id")})
        if self.misbehave(mode):
            return None
        items = [] if mode == "no_model" else RASA.say(sender, text)
        if query.get("stream") == ["true"]:
            return self.answer(200, b"".join(json.dumps(item).encode() + b"\n" for item in items), "text/event-stream")
        return self.answer(200, items)

    def respond(self, segment, body, query):
        sender = unquote(segment)
        text = body.get("query") or query.get("query", query.get("q", [None]))[0]
        mode = RASA.begin({"dialect": "0.9", "sender": sender, "text": text, "path": self.path})
        if self.misbehave(mode):
            return None
        if RASA.token and query.get("token", [None])[0] != RASA.token:
            return self.answer(401, b"unauthorized", "text/plain")
        if mode == "no_model":
            return self.answer(503, b"No agent available", "text/plain")
        if text is None:
            return self.answer(400, {"error": "Invalid parse parameter specified."})
        return self.answer(200, [legacy for item in RASA.say(sender, text) for legacy in as_legacy(item)])

    def api(self, parts, query):
        if not RASA.api:
            return self.fail(404, "NotFound", "Requested URL was not found on this server.")
        if not self.may(query):
            return self.fail(401, "NotAuthenticated", "User is not authenticated.")
        if parts == ["status"]:
            if RASA.mode == "no_model":
                return self.fail(409, "Conflict", "No agent loaded.")
            return self.answer(200, {"model_file": "models/demo.tar.gz", "model_id": "demo", "num_active_training_jobs": 0})
        turns = [call for call in RASA.calls if call["sender"] == unquote(parts[1])]
        return self.answer(200, {"sender_id": unquote(parts[1]), "events": [{"event": "user", "text": c["text"]} for c in turns]})

    def serve(self):
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        parts = [part for part in path.split("/") if part]
        try:
            body = json.loads(raw) if raw else {}
            assert isinstance(body, dict)
        except (ValueError, AssertionError):
            return self.fail(400, "BadRequest", "The body is no JSON object.")
        if parts == ["control"]:
            return self.answer(200, RASA.order(body))
        if parts == ["webhooks", "rest", "webhook"] and self.command == "POST":
            return self.webhook(body, query)
        if len(parts) == 3 and parts[0] == "conversations" and parts[2] == "respond":
            return self.respond(parts[1], body, query)
        if parts == ["webhooks", "rest"]:
            return self.answer(200, {"status": "ok"})
        if parts == ["version"]:
            return self.answer(200, {"version": VERSION, "minimum_compatible_version": "3.5.0"})
        if not parts:
            return self.answer(200, f"Hello from Rasa: {VERSION}".encode(), "text/html")
        if parts == ["status"] or (len(parts) == 3 and parts[0] == "conversations" and parts[2] == "tracker"):
            return self.api(parts, query)
        return self.fail(404, "NotFound", "Requested URL was not found on this server.")

    do_GET = do_POST = serve


def as_legacy(item):
    """rasa_core 0.9: buttons are `data`, an image is a text of its own."""
    old = {"recipient_id": item["recipient_id"]}
    if "text" in item:
        yield {**old, "text": item["text"], **({"data": item["buttons"]} if "buttons" in item else {})}
    if "image" in item:
        yield {**old, "text": f"Image: {item['image']}"}


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--port", type=int, default=0)
    server = Server(("127.0.0.1", words.parse_args().port), Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
