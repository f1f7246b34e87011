"""What the OpenAPI document promises of every operation, read from the document itself."""

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from api.domain.identity import uuid7
from api.main import create_app, enveloped
from api.security import Keys
from api.settings import Mode, Settings
from tests.builders import a_client
from tests.contract.seeding import NOW

Document = Mapping[str, Any]
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY")
LIMITS = {
    "string": ({"maxLength"}, {"enum"}, {"const"}),
    "array": ({"maxItems"},),
    "integer": ({"minimum", "maximum"}, {"exclusiveMinimum", "maximum"}, {"enum"}, {"const"}),
    "number": ({"minimum", "maximum"},),
}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    url = f"sqlite:///{tmp_path_factory.mktemp('document')}/empty.db"
    return Settings(mode=Mode.TEST, database_url=SecretStr(url), run_jobs=False, log_level="ERROR")


@pytest.fixture(scope="module")
def app(settings: Settings, keys: Keys) -> Any:
    return create_app(settings, keys=keys, clock=lambda: NOW)


@pytest.fixture(scope="module")
def document(app: Any) -> Document:
    found: Document = app.openapi()
    return found


@pytest.fixture
async def stranger(app: Any, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with app.router.lifespan_context(app), a_client(enveloped(app, settings)) as client:
        yield client


def test_every_operation_says_who_may_call_it_where_and_what_is_written_down(document: Document) -> None:
    said = {name: {"x-permission", "x-scope", "x-audit"} - set(operation) for name, operation in operations(document)}
    assert {name: missing for name, missing in said.items() if missing} == {}


def test_every_refusal_is_a_problem(document: Document) -> None:
    """But for what RFC 6749 spells: signing in too often, or as a client with the wrong secret."""
    other = [
        f"{name} {status}"
        for name, operation in operations(document)
        for status, answer in operation["responses"].items()
        if status >= "400" and "application/problem+json" not in answer["content"]
    ]
    assert other == [f"POST /oauth/{name} {status}" for name in ("token", "revoke") for status in (401, 429)]


def test_whoever_asks_about_an_area_may_hear_that_it_is_not_found(document: Document) -> None:
    silent = [
        name
        for name, operation in operations(document)
        for parameter in operation.get("parameters", ())
        if parameter["name"] == "area" and "404" not in operation["responses"]
    ]
    assert silent == []


def test_nothing_comes_in_without_a_limit(document: Document) -> None:
    unlimited = {
        f"{name}: {place}"
        for name, place, schema in inputs(document)
        for place in without_limits(schema, document, place)
    }
    assert sorted(unlimited) == []


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string"},
        {"type": "integer", "minimum": 0},
        {"type": "array", "maxItems": 5, "items": {"type": "string", "pattern": "^a*$"}},
        {"type": "object", "properties": {}},
        {"anyOf": [{"type": "null"}, {"type": "object", "properties": {"a": {"type": "number"}}}]},
        {"$ref": "#/components/schemas/Endless"},
    ],
)
def test_a_missing_limit_is_seen_wherever_it_is(schema: Mapping[str, Any]) -> None:
    document = {"components": {"schemas": {"Endless": {"type": "string"}}}}
    assert list(without_limits(schema, document, "application/json"))


async def test_what_cannot_be_done_at_a_path_is_405_and_says_what_can(
    document: Document, stranger: httpx.AsyncClient
) -> None:
    wrong = []
    for path, methods in document["paths"].items():
        allowed = {method.upper() for method in methods} | ({"HEAD"} if "get" in methods else set())
        for method in set(METHODS) - allowed:
            answer = await stranger.request(method, with_ids(path))
            said = set(answer.headers.get("allow", "").split(", "))
            if (answer.status_code, said, answer.headers["content-type"]) != (405, allowed, "application/problem+json"):
                wrong.append(f"{method} {path}: {answer.status_code} {said}")
    assert wrong == []


async def test_whatever_can_be_read_can_be_asked_for_without_its_body(
    document: Document, stranger: httpx.AsyncClient
) -> None:
    for path in (path for path, methods in document["paths"].items() if "get" in methods):
        full, head = await stranger.get(with_ids(path)), await stranger.head(with_ids(path))
        assert (head.status_code, head.headers["content-type"]) == (full.status_code, full.headers["content-type"])
        assert head.content == b""


async def test_a_slash_behind_a_path_is_another_path(document: Document, stranger: httpx.AsyncClient) -> None:
    for path, methods in document["paths"].items():
        answer = await stranger.request(next(iter(methods)), f"{with_ids(path)}/")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_what_is_no_id_is_nobodys(document: Document, stranger: httpx.AsyncClient) -> None:
    for path, methods in document["paths"].items():
        if path.endswith("_id}"):
            answer = await stranger.request(next(iter(methods)), with_ids(path.rpartition("/")[0] + "/350303"))
            assert answer.status_code in (404, 405), path


def test_what_is_read_with_its_version_need_not_be_sent_twice(document: Document) -> None:
    tagged = {name: answers for name, answers in answered(document) if "ETag" in answers.get("200", {})}
    reads = {name for name in tagged if name.startswith("GET ")}
    assert reads == {name for name, operation in operations(document) if "304" in operation["responses"]}
    assert {"GET /v1/elders/{elder_id}", "GET /v1/visits/{visit_id}"} <= reads
    assert "GET /v1/elders" not in reads


def test_what_was_made_or_waits_says_where_to_read_of_it(document: Document) -> None:
    said = {
        f"{name} {status}"
        for name, answers in answered(document)
        for status in answers
        if "Location" in answers[status]
    }
    assert {"POST /v1/elders 201", "POST /v1/elder-imports 202", "POST /v1/change-proposals 201"} <= said


def test_every_patch_is_a_merge_patch_also_by_name(document: Document) -> None:
    patches = [operation for name, operation in operations(document) if name.startswith("PATCH ")]
    assert len(patches) >= 4
    for operation in patches:
        content = operation["requestBody"]["content"]
        assert content["application/merge-patch+json"] == content["application/json"]


def operations(document: Document) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def answered(document: Document) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The headers of every operation's answers, by status."""
    for name, operation in operations(document):
        yield name, {status: answer.get("headers", {}) for status, answer in operation["responses"].items()}


def inputs(document: Document) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Every schema of something a client sends: operation, place, schema."""
    for name, operation in operations(document):
        for parameter in operation.get("parameters", ()):
            yield name, f"{parameter['in']} {parameter['name']}", parameter["schema"]
        for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
            yield name, media_type, content["schema"]


def without_limits(
    schema: Mapping[str, Any], document: Document, place: str, above: tuple[str, ...] = ()
) -> Iterator[str]:
    """The places in a schema that let something endless in."""
    if reference := schema.get("$ref"):
        if reference not in above:
            model = document["components"]["schemas"][reference.rpartition("/")[2]]
            yield from without_limits(model, document, place, (*above, reference))
        return
    limits = LIMITS.get(schema.get("type", ""))
    bounded = schema.get("format") in {"uuid", "binary"} or "contentMediaType" in schema
    if limits and not bounded and not any(each <= set(schema) for each in limits):
        yield place
    open_to_all = schema.get("additionalProperties", place.startswith("application/json"))
    if schema.get("type") == "object" and open_to_all is True:
        yield place
    for name, member in schema.get("properties", {}).items():
        yield from without_limits(member, document, f"{place}/{name}", above)
    for group in ("anyOf", "oneOf", "allOf"):
        for choice in schema.get(group, ()):
            yield from without_limits(choice, document, place, above)
    if "items" in schema:
        yield from without_limits(schema["items"], document, f"{place}/*", above)


def with_ids(path: str) -> str:
    return re.sub(r"\{\w+\}", str(uuid7(NOW)), path)
