#!/usr/bin/python3
"""peer_tornado.py PORT REDIS-PORT - spaces as the service that Portico's occupancy app replaces keeps them.

One tornado process and a redis hash per space. As that service does, each request has a redis client of its own, and so a TCP
connection, and makes one call after the other. A read: what the space holds, its new lifetime. A step: whether the space is there; then,
watching the key and again when another one was faster, what it holds and the change with its new lifetime; then a read. Flushing is
redis' own affair (append-only file, once a second). Requests are logged, as tornado does by itself, and debug is on, as there."""

import datetime
import json
import sys
import uuid

import redis
import tornado.ioloop
import tornado.log
import tornado.web

LIFETIME_S = 86400


def space_of(fields):
    return {
        "space_id": fields["space_id"],
        "space_name": fields["space_name"] or None,
        "occupancy": {"current": int(fields["occupancy_current"]), "maximum": int(fields["occupancy_maximum"])},
        "created": fields["created"],
        "last_updated": fields["last_updated"],
    }


class Base(tornado.web.RequestHandler):
    def initialize(self, redis_port):
        self.store = redis.Redis(host="127.0.0.1", port=redis_port, decode_responses=True)

    def set_default_headers(self):
        self.set_header("Access-Control-Allow-Origin", "*")
        self.set_header("Access-Control-Allow-Headers", "x-requested-with")

    def refuse(self, status, words):
        self.set_status(status)
        self.write({"error": words})

    def key_of(self, text):
        try:
            return str(uuid.UUID(text))
        except ValueError:
            return None

    def say(self, key, missing):
        fields = self.store.hgetall(key)
        if not fields:
            return self.refuse(404, missing)
        self.store.expire(key, LIFETIME_S)
        self.set_header("Content-Type", "application/json; charset=UTF-8")
        return self.write(json.dumps(space_of(fields)))


class Show(Base):
    def get(self, text):
        key = self.key_of(text)
        if key is None:
            return self.refuse(400, f"{text} is not in valid GUID format")
        return self.say(key, f"No space found with requested ID {text}")


class Increment(Base):
    def put(self, text):
        key = self.key_of(text)
        if key is None:
            return self.refuse(400, f"Submitted ID {text} is not a valid GUID")
        missing = f"Space ID {text} was not found"
        if not self.store.exists(key):
            return self.refuse(404, missing)
        with self.store.pipeline() as pipe:
            while True:
                try:
                    pipe.watch(key)
                    current, maximum = (int(n) for n in pipe.hmget(key, "occupancy_current", "occupancy_maximum"))
                    if current >= maximum:
                        break
                    pipe.multi()
                    pipe.hincrby(key, "occupancy_current", 1)
                    pipe.hset(key, "last_updated", datetime.datetime.utcnow().isoformat() + "Z")
                    pipe.expire(key, LIFETIME_S)
                    pipe.execute()
                    break
                except redis.WatchError:
                    continue
        return self.say(key, missing)


def main():
    port, redis_port = int(sys.argv[1]), int(sys.argv[2])
    tornado.log.enable_pretty_logging()
    words = {"redis_port": redis_port}
    routes = [(r"/space/([^/]+)", Show, words), (r"/space/([^/]+)/increment/?", Increment, words)]
    tornado.web.Application(routes, debug=True).listen(port, "127.0.0.1")
    tornado.ioloop.IOLoop.current().start()


if __name__ == "__main__":
    main()
