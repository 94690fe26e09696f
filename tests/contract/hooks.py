"""hooks.py - what schemathesis cannot know: how the caller shows who he is, and names of things that are there.

Loaded by schemathesis itself; exercise.py leaves the caller's credentials in state.json of PORTICO_CONTRACT_STATE and
finds the statuses seen, by operation, in seen.json afterwards."""

import atexit
import json
import os
import random
import re
import threading
from pathlib import Path

import jsonschema_rs
import requests
import schemathesis
from schemathesis.core.failures import AcceptedNegativeData, MalformedJson
from schemathesis.openapi.checks import MissingContentType, UseAfterFree

FOLDER = Path(os.environ["PORTICO_CONTRACT_STATE"])
STATE = json.loads((FOLDER / "state.json").read_text(encoding="utf-8"))
DOCUMENT = json.loads((FOLDER / "openapi.json").read_text(encoding="utf-8"))
LOGIN = "/api/facility/login/"

# members of answers whose values are worth asking for under the name of a parameter
FOUND = {"id": ("id", "pk"), "container_name": ("resource_name",)}
FOUND_MOST = 50
# the address of an item: of a user or a group, not of a container
ITEM = re.compile(r"/([0-9]+)/$")

# what is held against an empty answer
EMPTY = (MalformedJson, MissingContentType)

_lock = threading.Lock()
_names = {name: list(values) for name, values in STATE["names"].items()}
_seen = {}


# ---- who calls ----

class Caller(requests.auth.AuthBase):
    """Adds the caller's credentials to a request, as its client would: nothing, Basic, a token, or a session with CSRF."""

    def __init__(self, credentials):
        self._credentials = credentials
        self._session = None

    def session(self):
        with _lock:
            if self._session is None:
                self._session = self.log_in()
            return self._session

    def log_in(self):
        answer = requests.post(STATE["url"] + LOGIN, json=self._credentials["login"], timeout=30)
        answer.raise_for_status()
        return answer.cookies.get_dict()

    def headers(self, ends_the_session):
        if "basic" in self._credentials:
            return {"Authorization": requests.auth._basic_auth_str(*self._credentials["basic"])}
        if "token" in self._credentials:
            return {"Authorization": f"Token {self._credentials['token']}"}
        if "login" in self._credentials:
            cookies = self.log_in() if ends_the_session else self.session()
            return {
                "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
                "X-CSRFToken": cookies["csrftoken"],
            }
        return {}


CALLER = Caller(STATE["credentials"])


if STATE["credentials"]:

    @schemathesis.auth(cache_by_key=None, refresh_interval=None)
    class Auth:
        """Given to every request; one that may end its session gets a session of its own."""

        def get(self, case, context):
            return CALLER.headers(case.operation.path.endswith(("/login/", "/logout/")))

        def set(self, case, data, context):
            case.headers = {**(case.headers or {}), **data}


# ---- what he asks for ----

@schemathesis.hook
def before_call(context, case, kwargs):
    """Half of the parts of valid requests are replaced by what is there; the same request is always changed alike."""
    if case.path_parameters and _changes_himself(case):
        case.path_parameters = {**case.path_parameters, "pk": 0}
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    dice = random.Random(repr((case.path_parameters, case.query, case.body)))
    with _lock:
        for part in "path_parameters", "query", "body":
            given = getattr(case, part)
            if isinstance(given, dict) and given and dice.random() < 0.5:
                names = STATE["bodies"].get(case.operation.path, {}) if part == "body" else _names
                setattr(case, part, _known(given, names, dice))


def _changes_himself(case):
    """Who is gone, or has another password, asks for nothing any more."""
    return case.operation.path == "/api/users/{pk}/" and case.method != "GET" and str(case.path_parameters["pk"]) == str(STATE["own"])


def _known(given, names, dice):
    """The same members, with values that are there."""
    return {name: _as(value, dice.choice(names[name])) if name in names else value for name, value in given.items()}


def _as(value, known):
    """What is there, as the kind of value that it replaces."""
    return type(value)(known) if type(value) in (str, int) else known


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """False for what the document says outside of its schemas: x-may-be-empty, that a number counts as text, that an
    empty value in a form counts as none, and that a removed resource is still shown, as `removed`."""
    if isinstance(failure, EMPTY) and not response.content:
        return not case.operation.definition.raw["responses"].get(str(response.status_code), {}).get("x-may-be-empty")
    if isinstance(failure, AcceptedNegativeData) and isinstance(case.body, dict):
        return not _valid_as_read(case)
    if isinstance(failure, UseAfterFree):
        return json.loads(response.content).get("state") != "removed"
    return True


def _valid_as_read(case):
    """Would the body be right if its numbers were texts, where the schema wants texts, and without what is empty in a form?"""
    kind = case.operation.get_body_for_media_type(case.media_type)
    reference = case.operation.definition.raw["requestBody"]["content"][case.media_type]["schema"].get("$ref", "")
    said = DOCUMENT["components"]["schemas"].get(reference.rpartition("/")[2], {}).get("properties", {})
    body = {
        name: _text(value, said.get(name, {}))
        for name, value in case.body.items()
        if value not in ("", None) or case.media_type == "application/json"
    }
    return body != case.body and jsonschema_rs.validator_for(kind.optimized_schema).is_valid(body)


def _text(value, schema):
    """A number as its digits, where the schema wants a text; in lists too."""
    if isinstance(value, list):
        return [_text(inner, schema.get("items", {})) for inner in value]
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return str(value) if number and "string" in schema.get("type", ()) else value


@schemathesis.hook
def after_call(context, case, response):
    operation = case.operation.definition.raw.get("operationId", case.operation.label)
    with _lock:
        counts = _seen.setdefault(operation, {})
        counts[response.status_code] = counts.get(response.status_code, 0) + 1
        if response.status_code < 300 and "json" in response.headers.get("content-type", [""])[0]:
            try:
                _harvest(json.loads(response.content))
            except ValueError:
                pass


def _harvest(value):
    if isinstance(value, list):
        for inner in value[:10]:
            _harvest(inner)
    elif isinstance(value, dict):
        for name, inner in value.items():
            item = ITEM.search(inner) if name == "url" and isinstance(inner, str) else None
            if item:
                name, inner = "id", item[1]
            for parameter in FOUND.get(name, ()) if isinstance(inner, (str, int)) else ():
                known = _names.setdefault(parameter, [])
                if inner not in known:
                    known.append(inner)
                    del known[:-FOUND_MOST]
            _harvest(inner)


@atexit.register
def _leave():
    (FOLDER / "seen.json").write_text(json.dumps(_seen), encoding="utf-8")
