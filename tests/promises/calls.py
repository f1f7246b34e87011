"""Calls that would succeed, of as many operations as are asked for: what a promise does something to."""

import json
import random
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
from fastapi import FastAPI

from api.deps import Service
from api.main import enveloped
from tests.builders import VILLAGE
from tests.matrix.operations import Operation, operations_of
from tests.matrix.permissions import HOLDERS
from tests.matrix.recipes import RECIPES, Ask
from tests.matrix.world import Caller, Thing, World, callers_of

_JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Call:
    """``body``: the JSON that would be taken; None where a form, a file or nothing is sent."""

    operation: Operation
    caller: Caller
    path: str
    ask: Ask
    body: Any

    @property
    def client(self) -> httpx.AsyncClient:
        return self.caller.client

    async def send(self, content: bytes | None = None, **query: str) -> httpx.Response:
        """``content`` in place of the body; ``query`` beside what is asked."""
        headers = {"If-Match": "*", **self.ask.headers}
        beside: dict[str, Any] = {}
        if content is not None or self.body is not None:
            headers = {**_JSON, **headers}
            beside = {"content": json.dumps(self.body) if content is None else content}
        return await self.client.request(
            self.operation.method, self.path, params={**(self.ask.query or {}), **query}, headers=headers, **beside
        )

    async def send_body(self, body: Any) -> httpx.Response:
        return await self.send(json.dumps(body).encode())


@dataclass
class Calls:
    """``of(operations)`` prepares a call of each."""

    world: World
    callers: list[Caller]
    operations: list[Operation]
    _made: dict[str, Call] = field(default_factory=dict)

    def some(self, number: int, wanted: Callable[[Operation], object] = lambda _: True) -> list[Operation]:
        """So many of the operations that are wanted, drawn anew in each run; all where there are no more."""
        found = [each for each in self.operations if wanted(each)]
        return random.sample(found, min(number, len(found)))

    async def of(self, operations: list[Operation]) -> list[Call]:
        return [await self.one(each) for each in operations]

    async def one(self, operation: Operation) -> Call:
        """By somebody of an office who may, in the liaison's village."""
        caller = next(each for each in self.callers if _may(each, operation))
        recipe = RECIPES[operation.id][0]
        thing = await recipe.makes(self.world, VILLAGE, caller) if recipe.makes else Thing(VILLAGE)
        ask = recipe.ask(thing)
        taken = operation.takes_json and ask.form is None and ask.content is None
        return Call(
            operation,
            caller,
            operation.path.format(**{**thing.ids, **thing.known, **ask.path}),
            replace(ask, headers={name: value for name, value in ask.headers.items() if name != "If-Match"}),
            {**(operation.example or {}), **(ask.json or {})} if taken else None,
        )


def _may(caller: Caller, operation: Operation) -> bool:
    if caller.role is None or caller.of_provider:
        return False
    return operation.permission is None or caller.role in HOLDERS[operation.permission]


@asynccontextmanager
async def calls_to(app: FastAPI, service: Service) -> AsyncIterator[Calls]:
    """A district with people of every role, and what each operation works on."""
    world = World(service)
    await world.founded()
    await world.planned()
    async with callers_of(world, enveloped(app, service.settings)) as callers:
        yield Calls(world, callers, operations_of(app.openapi()))


Place = tuple[str | int, ...]


def texts_in(document: Mapping[str, Any], operation_id: str) -> list[Place]:
    """Where in the body of an operation a client may write whatever text it likes."""
    found = (each for methods in document["paths"].values() for each in methods.values())
    body = next(each for each in found if each["operationId"] == operation_id)["requestBody"]
    return sorted(set(_texts(body["content"]["application/json"]["schema"], document, ())), key=str)


def _texts(schema: Mapping[str, Any], document: Mapping[str, Any], place: Place) -> Iterator[Place]:
    if reference := schema.get("$ref"):
        yield from _texts(document["components"]["schemas"][reference.rpartition("/")[2]], document, place)
    bound = {"enum", "const", "pattern", "format"} & schema.keys()
    if schema.get("type") == "string" and not bound:
        yield place
    for name, member in schema.get("properties", {}).items():
        yield from _texts(member, document, (*place, name))
    for choice in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
        yield from _texts(choice, document, place)
    if "items" in schema:
        yield from _texts(schema["items"], document, (*place, 0))


def with_value(document: Any, place: Place, value: Any) -> Any:
    """The document with another value at a place, which need not be there yet."""
    if not place:
        return value
    first, rest = place[0], place[1:]
    if isinstance(first, int):
        return [with_value(document[0] if document else None, rest, value)]
    held = document if isinstance(document, Mapping) else {}
    return {**held, first: with_value(held.get(first), rest, value)}
