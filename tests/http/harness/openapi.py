"""openapi.py - what is wrong with an OpenAPI 3.1 document, after https://spec.openapis.org/oas/v3.1.0."""

import re

import jsonschema

from .contract import METHODS

_TEXT = {"type": "string", "minLength": 1}
_MAP = {"type": "object"}


def _object(required, /, **properties):
    """An object of the specification: the given fields, others only as extensions."""
    return {
        "type": "object",
        "required": required.split(),
        "properties": properties,
        "patternProperties": {"^x-": {}},
        "additionalProperties": False,
    }


def _or_reference(schema):
    return {
        "if": {"type": "object", "required": ["$ref"]},
        "then": _object("$ref", **{"$ref": {"type": "string", "pattern": "^#/"}, "summary": _TEXT, "description": _TEXT}),
        "else": schema,
    }


_MEDIA = _object("", schema={"type": ["object", "boolean"]}, example={}, examples=_MAP, encoding=_MAP)
_CONTENT = {"type": "object", "propertyNames": {"pattern": "^[^/]+/[^/]+$"}, "additionalProperties": _MEDIA}
_HEADER = _object(
    "", description=_TEXT, required={"type": "boolean"}, deprecated={"type": "boolean"}, schema=_MAP, example={}, examples=_MAP
)
_RESPONSE = _object(
    "description", description={"type": "string"}, content=_CONTENT, links=_MAP,
    headers={"type": "object", "additionalProperties": _or_reference(_HEADER)},
)
_BODY = _object("content", description={"type": "string"}, content=_CONTENT, required={"type": "boolean"})
_PARAMETER = {
    **_object(
        "name in", name=_TEXT, description={"type": "string"}, required={"type": "boolean"}, deprecated={"type": "boolean"},
        schema=_MAP, style=_TEXT, explode={"type": "boolean"}, example={}, examples=_MAP, allowReserved={"type": "boolean"},
        allowEmptyValue={"type": "boolean"},
        **{"in": {"enum": ["path", "query", "header", "cookie"]}},
    ),
    "oneOf": [{"required": ["schema"]}, {"required": ["content"]}],
    "if": {"properties": {"in": {"const": "path"}}},
    "then": {"required": ["required"], "properties": {"required": {"const": True}}},
    "dependentSchemas": {"allowEmptyValue": {"properties": {"in": {"const": "query"}}}},
}
_RESPONSES = {
    "type": "object",
    "minProperties": 1,
    "propertyNames": {"pattern": "^([1-5]([0-9][0-9]|XX)|default)$"},
    "additionalProperties": _or_reference(_RESPONSE),
}
_SECURITY = {"type": "array", "items": {"type": "object", "additionalProperties": {"type": "array", "items": _TEXT}}}
_OPERATION = _object(
    "responses", tags={"type": "array", "items": _TEXT}, summary=_TEXT, description={"type": "string"}, operationId=_TEXT,
    parameters={"type": "array", "items": _or_reference(_PARAMETER)}, requestBody=_or_reference(_BODY), responses=_RESPONSES,
    deprecated={"type": "boolean"}, security=_SECURITY, externalDocs=_MAP, servers={"type": "array"}, callbacks=_MAP,
)
_PATH_ITEM = _object(
    "", summary=_TEXT, description=_TEXT, parameters={"type": "array", "items": _or_reference(_PARAMETER)},
    servers={"type": "array"}, **{method: _OPERATION for method in METHODS},
)
_SCHEME = {
    **_object(
        "type", type={"enum": ["apiKey", "http", "mutualTLS", "oauth2", "openIdConnect"]}, description={"type": "string"},
        name=_TEXT, scheme=_TEXT, bearerFormat=_TEXT, flows=_MAP, openIdConnectUrl=_TEXT,
        **{"in": {"enum": ["query", "header", "cookie"]}},
    ),
    "allOf": [
        {"if": {"properties": {"type": {"const": "apiKey"}}}, "then": {"required": ["name", "in"]}},
        {"if": {"properties": {"type": {"const": "http"}}}, "then": {"required": ["scheme"]}},
    ],
}
_COMPONENTS = {
    **_object(
        "", schemas=_MAP, examples=_MAP, links=_MAP, callbacks=_MAP, pathItems=_MAP,
        responses={"type": "object", "additionalProperties": _or_reference(_RESPONSE)},
        parameters={"type": "object", "additionalProperties": _or_reference(_PARAMETER)},
        requestBodies={"type": "object", "additionalProperties": _or_reference(_BODY)},
        headers={"type": "object", "additionalProperties": _or_reference(_HEADER)},
        securitySchemes={"type": "object", "additionalProperties": _or_reference(_SCHEME)},
    ),
}
DOCUMENT = _object(
    "openapi info paths",
    openapi={"type": "string", "pattern": r"^3\.1\.\d+$"},
    info=_object(
        "title version", title=_TEXT, version=_TEXT, summary=_TEXT, description={"type": "string"}, termsOfService=_TEXT,
        contact=_MAP, license=_object("name", name=_TEXT, identifier=_TEXT, url=_TEXT),
    ),
    jsonSchemaDialect=_TEXT,
    servers={"type": "array", "items": _object("url", url=_TEXT, description={"type": "string"}, variables=_MAP)},
    paths={"type": "object", "propertyNames": {"pattern": "^/"}, "additionalProperties": _PATH_ITEM},
    components=_COMPONENTS, security=_SECURITY, webhooks=_MAP, externalDocs=_MAP,
    tags={"type": "array", "items": _object("name", name=_TEXT, description={"type": "string"}, externalDocs=_MAP)},
)


def _references(value, at=""):
    """Every $ref below a value, with its place."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "$ref" and isinstance(inner, str):
                yield at, inner
            else:
                yield from _references(inner, f"{at}/{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _references(inner, f"{at}/{number}")


def _schemas(document):
    """Every schema that stands in the document itself, with its place."""
    for name, schema in document.get("components", {}).get("schemas", {}).items():
        yield f"components/schemas/{name}", schema
    stack = [("paths", document["paths"])]
    while stack:
        at, value = stack.pop()
        if isinstance(value, dict):
            for key, inner in value.items():
                if key == "schema":
                    yield f"{at}/schema", inner
                else:
                    stack.append((f"{at}/{key}", inner))
        elif isinstance(value, list):
            stack += [(f"{at}/{number}", inner) for number, inner in enumerate(value)]


def defects(document):
    """What is wrong, as a list of sentences; empty when nothing is."""
    found = [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}"
        for error in jsonschema.Draft202012Validator(DOCUMENT).iter_errors(document)
    ]
    if found:
        return found
    resolver = jsonschema.RefResolver.from_schema(document)
    for at, reference in _references(document):
        try:
            resolver.resolve(reference)
        except jsonschema.RefResolutionError:
            found.append(f"{at}: {reference} leads nowhere")
    for at, schema in _schemas(document):
        try:
            jsonschema.Draft202012Validator.check_schema(schema)
        except jsonschema.SchemaError as error:
            found.append(f"{at}: {error.message[:300]}")
    found += _operation_defects(document, resolver)
    return found


def _operation_defects(document, resolver):
    found, ids = [], {}
    schemes = set(document.get("components", {}).get("securitySchemes", {}))
    shapes = {}
    for path, item in document["paths"].items():
        shape = re.sub(r"\{[^}]*\}", "{}", path)
        if shape in shapes:
            found.append(f"{path} and {shapes[shape]} cannot be told apart")
        shapes[shape] = path
        for method in METHODS:
            operation = item.get(method)
            if not operation:
                continue
            at = f"{method.upper()} {path}"
            name = operation.get("operationId")
            if not name or name in ids:
                found.append(f"{at}: operationId {name!r} is missing or used by {ids.get(name)}")
            ids[name] = at
            parameters = []
            for parameter in item.get("parameters", []) + operation.get("parameters", []):
                parameters.append(resolver.resolve(parameter["$ref"])[1] if "$ref" in parameter else parameter)
            named = [(p["in"], p["name"]) for p in parameters]
            if len(named) != len(set(named)):
                found.append(f"{at}: a parameter twice")
            in_path = {name for where, name in named if where == "path"}
            if in_path != set(re.findall(r"\{([^}]*)\}", path)):
                found.append(f"{at}: the parameters of the path are {sorted(in_path)}")
            for requirement in operation.get("security", []):
                if not set(requirement) <= schemes:
                    found.append(f"{at}: unknown security scheme in {requirement}")
            if not any(status[0] in "123" for status in operation["responses"]):
                found.append(f"{at}: no success among its responses")
    return found
