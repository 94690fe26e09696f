#!/usr/bin/python3
"""peer_tornado.py PORT REDIS-PORT - spaces as the service that Portico's occupancy app replaces keeps them.

One tornado process, a redis hash per space, a call of redis after the other, by TCP as between the containers of that service:
whether the space is there, what it holds, its new lifetime; a step watches the key and tries again when another one was faster,
six round trips if none was. Flushing is redis' own affair (append-only file, once a second). Requests are logged, as tornado does by
itself, and debug is on, as there."""

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
    def initialize(self, store):
        self.store = store

    def set_default_headers(self):
        self.set_header("Access-Control-Allow-Origin", "*")
        self.set_header("Access-Control-Allow-Headers", "x-requested-with")

    def refuse(self, status, words):
        self.set_status(status)
        self.write({"error": words})

    def say(self, fields):
        self.set_header("Content-Type", "application/json; charset=UTF-8")
        self.write(json.dumps(space_of(fields)))

    def key_of(self, text):
        try:
            return str(uuid.UUID(text))
        except ValueError:
            return None


class Show(Base):
    def get(self, text):
        key = self.key_of(text)
        if key is None:
            return self.refuse(400, f"{text} is not in valid GUID format")
        if not self.store.exists(key):
            return self.refuse(404, f"No space found with requested ID {text}")
        fields = self.store.hgetall(key)
        self.store.expire(key, LIFETIME_S)
        return self.say(fields)


class Increment(Base):
    def put(self, text):
        key = self.key_of(text)
        if key is None:
            return self.refuse(400, f"Submitted ID {text} is not a valid GUID")
        if not self.store.exists(key):
            return self.refuse(404, f"Space ID {text} was not found")
        with self.store.pipeline() as pipe:
            while True:
                try:
                    pipe.watch(key)
                    current, maximum = (int(n) for n in pipe.hmget(key, "occupancy_current", "occupancy_maximum"))
                    pipe.multi()
                    if current < maximum:
                        pipe.hset(key, "occupancy_current", current + 1)
                        pipe.hset(key, "last_updated", datetime.datetime.utcnow().isoformat() + "Z")
                    pipe.execute()
                    break
                except redis.WatchError:
                    continue
        self.store.expire(key, LIFETIME_S)
        return self.say(self.store.hgetall(key))


def main():
    port, redis_port = int(sys.argv[1]), int(sys.argv[2])
    tornado.log.enable_pretty_logging()
    store = {"store": redis.Redis(host="127.0.0.1", port=redis_port, decode_responses=True)}
    routes = [(r"/space/([^/]+)", Show, store), (r"/space/([^/]+)/increment/?", Increment, store)]
    tornado.web.Application(routes, debug=True).listen(port, "127.0.0.1")
    tornado.ioloop.IOLoop.current().start()


if __name__ == "__main__":
    main()
