"""contract.py - holds every answer against the OpenAPI 3.1 document that the program made of its own tables."""

import json
import re

import jsonschema

CHECKER = jsonschema.FormatChecker()
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


class Broken(AssertionError):
    """An answer that the document does not allow."""


class Contract:
    """The document of one installation. check() takes any answer of requests and raises Broken, or says nothing."""

    def __init__(self, document):
        self.document = document
        self._resolver = jsonschema.RefResolver.from_schema(document)
        self._paths = [(_pattern(path), path, item) for path, item in document["paths"].items()]
        # a path without parameters wins over one with
        self._paths.sort(key=lambda row: (row[1].count("{"), -len(row[1])))

    def operations(self):
        """All of them, as (method, path, operation)."""
        for path, item in self.document["paths"].items():
            for method in METHODS:
                if method in item:
                    yield method.upper(), path, item[method]

    def resolve(self, value):
        while isinstance(value, dict) and "$ref" in value:
            value = self._resolver.resolve(value["$ref"])[1]
        return value

    def find(self, raw_path):
        """The path item that serves a raw request path, or None."""
        for pattern, _, item in self._paths:
            if pattern.fullmatch(raw_path):
                return item
        # a format in the place of the final slash, where an operation has it
        bare = re.sub(r"\.[a-z0-9]+/?$", "", raw_path)
        if bare != raw_path:
            item = self.find(bare if bare.endswith("/") else bare + "/")
            if item and any("x-formats" in operation for operation in item.values()):
                return item
        return None

    def check(self, answer):
        method = answer.request.method
        raw_path = re.sub(r"^https?://[^/]*", "", answer.request.url).split("?")[0].split("#")[0]
        try:
            self._check(method, raw_path, answer)
        except Broken as broken:
            raise Broken(f"{method} {raw_path} -> {answer.status_code}: {broken}\n{answer.text[:2000]}") from None

    def _check(self, method, raw_path, answer):
        status = answer.status_code
        if answer.headers.get("Content-Type", "").startswith("application/problem+json") and method != "HEAD":
            self._check_problem(answer)
        item = self.find(raw_path)
        if item is None and method not in ("GET", "HEAD"):
            item = self.find(raw_path + "/")  # served as it is, so that no body is lost
        if item is None:
            self._check_unknown(raw_path, answer)
            return
        operation = item.get(method.lower())
        if operation is None and method == "HEAD":
            operation = item.get("get")
        if operation is None:
            if method == "OPTIONS" and status in (200, 204):
                return
            if status not in (405, 403, 401, 400):
                raise Broken("the document has no such operation, and the answer is not 405")
            if status == 405 and not answer.headers.get("Allow"):
                raise Broken("405 without Allow")
            return
        responses = operation["responses"]
        said = responses.get(str(status)) or responses.get(f"{status // 100}XX") or responses.get("default")
        if said is None:
            raise Broken(f"this status is not in the document, which has {', '.join(sorted(responses))}")
        self._check_body(method, answer, self.resolve(said))

    def _check_unknown(self, raw_path, answer):
        if answer.status_code in (301, 308):
            if not answer.headers.get("Location"):
                raise Broken("a redirect without Location")
        elif answer.status_code < 400:
            raise Broken("the document has no such path, and the answer is no refusal")

    def _check_problem(self, answer):
        body = _json(answer)
        for key, kind in (("type", str), ("title", str), ("status", int), ("detail", str), ("code", str)):
            if not isinstance(body.get(key), kind):
                raise Broken(f"a problem without a proper {key}")
        if body["status"] != answer.status_code:
            raise Broken(f"the problem says status {body['status']}")

    def _check_body(self, method, answer, said):
        for name, header in said.get("headers", {}).items():
            if self.resolve(header).get("required") and name not in answer.headers:
                raise Broken(f"header {name} is missing")
        if method == "HEAD":
            if answer.content:
                raise Broken("HEAD was answered with a body")
            return
        content = said.get("content") or {}
        if not content:
            if answer.content:
                raise Broken("a body where the document has none")
            return
        if said.get("x-may-be-empty") and not answer.content:
            return
        media = answer.headers.get("Content-Type", "").split(";")[0].strip()
        if media not in content:
            raise Broken(f"Content-Type is {media!r}, the document has {', '.join(sorted(content))}")
        schema = content[media].get("schema")
        if schema is None or not media.endswith("json"):
            return
        problems = list(
            jsonschema.Draft202012Validator(schema, resolver=self._resolver, format_checker=CHECKER).iter_errors(_json(answer))
        )
        if problems:
            raise Broken("; ".join(f"{'/'.join(map(str, p.absolute_path)) or 'body'}: {p.message}" for p in problems[:5]))


def _pattern(path):
    """A regular expression for a path of the document; a parameter is one segment."""
    return re.compile("".join("[^/]+" if part.startswith("{") else re.escape(part) for part in re.split(r"(\{[^}]*\})", path)))


def _json(answer):
    try:
        return json.loads(answer.content)
    except ValueError as wrong:
        raise Broken(f"the body is no JSON: {wrong}") from None
