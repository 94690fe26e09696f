"""test_contract.py - the OpenAPI document itself, and every operation in it asked from outside.

Every other test holds its answers against this document too (harness/contract.py); here each operation is asked at least once,
also wrongly."""

import json
import re

import pytest
from jsonschema import Draft202012Validator

from harness.contract import Broken
from harness.openapi import defects

# what stands for a parameter where no object is meant
STRANGER = {"username": "nobody", "id": "999999999", "pk": "999999999", "experiment": "P0~S0", "public_name": "no-such-image"}


def concrete(path):
    """The path with something in the place of every parameter."""
    return re.sub(r"\{([^}]*)\}", lambda found: STRANGER.get(found.group(1), "1"), path)


def each(contract, ask):
    """Calls ask(method, path, operation) for every operation and gathers what was broken."""
    broken = []
    for method, path, operation in contract.operations():
        try:
            ask(method, path, operation)
        except (Broken, AssertionError) as wrong:
            broken.append(f"{method} {path}: {wrong}")
    assert not broken, "\n\n".join(broken)


@pytest.mark.one_front
def test_the_document_is_valid_openapi_3_1(contract):
    assert defects(contract.document) == []


@pytest.mark.one_front
def test_the_served_document_is_the_one_the_command_prints(portico, contract):
    printed = json.loads(portico.cli("openapi").replace("http://localhost", portico.url))

    assert printed == contract.document


@pytest.mark.one_front
def test_the_document_says_what_a_body_must_hold(portico, contract):
    def body(path, method):
        said = contract.document["paths"][path][method]["requestBody"]
        return said["required"], contract.resolve(said["content"]["application/json"]["schema"])

    def takes(schema, **value):
        return Draft202012Validator(schema).is_valid(value)

    assert body("/api/facility/favorite/{pk}/", "patch")[0] is False  # without a body nothing is changed
    assert body("/api/facility/login/", "post")[0] is True
    required, launch = body("/api/facility/resources/", "post")
    assert required
    assert takes(launch, image="x") and takes(launch, image="x", proposal_id="P1", session_number="S1")
    assert takes(launch, image="x", session_number="S1") and takes(launch, image="x", proposal_id=None)
    assert not takes(launch, image="x", proposal_id="P1") and not takes(launch, image=" ")
    assert not takes(launch, image="x", proposal_id="P1", session_number=None)
    query = {said["name"]: said for said in contract.document["paths"]["/api/facility/resources/"]["get"]["parameters"]}
    assert query["all"]["allowEmptyValue"]  # ?all= says nothing
    assert "allowEmptyValue" not in query["page"] and query["page"]["schema"]["minLength"] == 0
    quota = body("/api/facility/quota/{username}/", "post")[1]
    assert takes(quota, max_simultaneous=1, cpu=1, memory="30G", hdd="512m")
    assert not takes(quota, max_simultaneous=1, cpu=1, memory="30G", hdd="much")


@pytest.mark.one_front
def test_every_operation_says_what_it_does_and_who_may_call_it(contract):
    def ask(method, path, operation):
        assert operation.get("summary") or operation.get("description"), "no words"
        assert "security" in operation or "security" in contract.document, "nobody says who may call it"

    each(contract, ask)


def test_every_operation_answers_a_stranger_as_documented(portico, contract):
    caller = portico.anonymous()

    def ask(method, path, operation):
        answer = caller.request(method, concrete(path), json={} if "requestBody" in operation else None)
        assert answer.status_code < 500
        if operation.get("security") and {} not in operation["security"]:
            assert answer.status_code in (401, 403), f"anonymous got {answer.status_code}"

    each(contract, ask)


def test_every_operation_answers_a_user_without_rights_as_documented(portico, contract):
    def ask(method, path, operation):
        if not path.endswith("/logout/"):
            answer = ana.request(method, concrete(path), json={} if "requestBody" in operation else None)
            assert answer.status_code < 500

    ana = portico.user("ana")
    each(contract, ask)


def test_every_operation_answers_a_superuser_as_documented(portico, contract):
    def ask(method, path, operation):
        if not path.endswith("/logout/"):
            answer = root.request(method, concrete(path), json={} if "requestBody" in operation else None)
            assert answer.status_code < 500

    root = portico.admin()
    each(contract, ask)


@pytest.mark.one_front
@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"x"', b"{}" + b" " * 10, b'{"a":1,"a":2}', b"[" * 5000, b'{"a":"\xff"}', b"\x00", b'{"a":1e999}'],
    ids=repr,
)
def test_every_body_that_is_nonsense_is_refused_as_documented(portico, contract, body):
    def ask(method, path, operation):
        if "requestBody" in operation:
            answer = root.request(method, concrete(path), data=body, headers={"Content-Type": "application/json"})
            assert answer.status_code < 500

    root = portico.admin()
    each(contract, ask)


@pytest.mark.one_front
def test_a_media_type_that_is_not_read_is_refused_as_documented(portico, contract):
    def ask(method, path, operation):
        if "requestBody" in operation:
            answer = root.request(method, concrete(path), data=b"x", headers={"Content-Type": "text/plain"})
            assert 400 <= answer.status_code < 500

    root = portico.admin()
    each(contract, ask)


@pytest.mark.one_front
def test_every_path_refuses_methods_it_does_not_have(portico, contract):
    root = portico.admin()

    for path, item in contract.document["paths"].items():
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            if method.lower() not in item:
                answer = root.request(method, concrete(path))
                assert answer.status_code == 405, f"{method} {path}: {answer.status_code}"
                assert method not in answer.headers["Allow"]


@pytest.mark.one_front
def test_every_path_tells_its_methods(portico, contract):
    root = portico.admin()

    for path, item in contract.document["paths"].items():
        answer = root.options(concrete(path))
        if answer.status_code == 403:
            continue  # somebody else's
        assert answer.status_code in (200, 204), path
        # where pages of any origin may call, the answer is to them
        methods = answer.headers.get("Allow") or answer.headers["Access-Control-Allow-Methods"]
        allowed = set(re.split(r",\s*", methods))
        assert {method.upper() for method in item if method in ("get", "post", "put", "patch", "delete")} <= allowed, path


@pytest.mark.one_front
def test_parameters_of_any_bytes_are_answered_as_documented(portico, contract):
    nasty = ["%01", "%FF", "%2e%2e", "%2F", "%C3%A9", "a" * 300, "%27%20OR%201=1--", "%F0%9F%92%A9", "~", "-1", "9" * 30]

    def ask(method, path, operation):
        if "{" in path and method in ("GET", "DELETE"):
            for value in nasty:
                if value == "%2e%2e" and path.startswith("/space/"):
                    continue  # the web server goes a step up by itself, and that is the site's own root
                answer = root.request(method, re.sub(r"\{[^}]*\}", value, path))
                assert answer.status_code < 500, value

    root = portico.admin()
    each(contract, ask)
