"""What the OpenAPI document says beside what each operation declares.

Problems, how to present a token, the headers that go with an answer, the media types of a patch.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from api.problems import MEDIA_TYPE
from api.schemas.problems import ProblemOut
from api.schemas.visit_answers import RefusedVisitOut

_REFERENCE = "#/components/schemas/{model}"
_PROBLEMS = (ProblemOut, RefusedVisitOut)
_FRAMEWORKS_OWN = ("HTTPValidationError", "ValidationError")
_MEANINGS = {
    400: "a query parameter, header or body that cannot be read",
    401: "no token, or one that does not hold any more",
    403: "the permission is missing",
    404: "unknown, or outside the own area",
    406: "none of the accepted media types can be had",
    409: "not in this state, or taken",
    412: "changed since it was read",
    413: "the body is too large",
    415: "the media type of the body cannot be read",
    422: "what was sent breaks a rule; errors names every field",
    428: "If-Match is missing",
    429: "too often",
    503: "in trouble for the moment; the same again may succeed",
}

_ETAG: dict[str, Any] = {
    "required": True,
    "description": "Which version this is, for If-Match and If-None-Match.",
    "schema": {"type": "string", "pattern": '^"[!-~]*"$'},
}
_LOCATION: dict[str, Any] = {
    "required": True,
    "description": "Where to read what came of it.",
    "schema": {"type": "string", "format": "uri-reference"},
}
_HEADERS = {"ETag": _ETAG, "Location": _LOCATION}
_UNCHANGED = {"description": "as it was when it was read (If-None-Match)", "headers": {"ETag": _ETAG}}
_JSON, _MERGE_PATCH = "application/json", "application/merge-patch+json"


def _reference(model: type[ProblemOut]) -> dict[str, str]:
    return {"$ref": _REFERENCE.format(model=model.__name__)}


_CONTENT = {"schema": _reference(ProblemOut)}


def problems(*statuses: int, extended: type[ProblemOut] | None = None) -> dict[int | str, dict[str, Any]]:
    """The problem answers of an operation, for ``responses=``; ``extended``: a problem that may say more."""
    content = {"schema": {"anyOf": [_reference(extended), _reference(ProblemOut)]}} if extended else _CONTENT
    return {status: _answer(status, content) for status in statuses}


def sends(*names: str, status: int = 200) -> dict[int | str, dict[str, Any]]:
    """For ``responses=``: the headers of an answer, but for the ETag of what is shown with its ``etag``."""
    return {status: {"headers": {name: _HEADERS[name] for name in names}}}


def completed(document: dict[str, Any]) -> dict[str, Any]:
    """The document with all that the house itself answers and accepts."""
    components = document.setdefault("components", {})
    bearer = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    components.setdefault("securitySchemes", {})["bearer"] = bearer
    schemas = components.setdefault("schemas", {})
    for model in _PROBLEMS:
        described = model.model_json_schema(ref_template=_REFERENCE, mode="serialization")
        schemas |= described.pop("$defs") | {model.__name__: described}
    for name in _FRAMEWORKS_OWN:
        schemas.pop(name, None)
    for methods in document["paths"].values():
        for method, operation in methods.items():
            _complete(operation)
            _tag(operation, schemas, reads=method == "get")
            if method == "patch":
                content = operation["requestBody"]["content"]
                content[_MERGE_PATCH] = content[_JSON]
    return document


def _tag(operation: dict[str, Any], schemas: Mapping[str, Any], *, reads: bool) -> None:
    """What is shown with its etag has it in the header too, and need not be sent twice."""
    responses = operation["responses"]
    for status, answer in responses.items():
        shown = answer.get("content", {}).get(_JSON, {}).get("schema", {})
        if status.startswith("2") and _shows_etag(shown, schemas):
            answer.setdefault("headers", {})["ETag"] = _ETAG
    if reads and "ETag" in responses.get("200", {}).get("headers", {}):
        responses["304"] = _UNCHANGED


def _shows_etag(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> bool:
    if reference := schema.get("$ref"):
        schema = schemas[reference.rpartition("/")[2]]
    return "etag" in schema.get("properties", {}) or any(_shows_etag(each, schemas) for each in schema.get("anyOf", ()))


def _complete(operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    if "HTTPValidationError" in str(responses.get("422")):
        del responses["422"]
    for parameter in operation.get("parameters", ()):
        if parameter["name"].lower() == "if-match":
            parameter["required"] = "428" in responses
    for status in _house_answers(operation):
        stated = responses.setdefault(str(status), _answer(status, _CONTENT))
        stated["content"].setdefault(MEDIA_TYPE, _CONTENT)


def _answer(status: int, content: dict[str, Any]) -> dict[str, Any]:
    return {"description": _MEANINGS[status], "content": {MEDIA_TYPE: content}}


def _house_answers(operation: dict[str, Any]) -> Iterator[int]:
    """What any operation of this form may be refused with before it is asked, or while it works."""
    yield from (400, 406, 503)
    places = {parameter["in"] for parameter in operation.get("parameters", ())}
    headers = {each["name"].lower() for each in operation.get("parameters", ()) if each["in"] == "header"}
    queries = {each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"}
    if "security" in operation:
        yield from (401, 403, 429)
    if "path" in places or "area" in queries:
        yield 404
    if "idempotency-key" in headers:
        yield 409
    if "if-match" in headers:
        yield 412
    if "requestBody" in operation:
        yield from (413, 415)
    if places or "requestBody" in operation:
        yield 422
