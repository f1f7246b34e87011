"""How each operation is called so that it succeeds, and what it says of a place out of reach.

The body is the one that the OpenAPI document shows, with what the recipe says in it put on top.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import httpx

from api.domain.access import Role
from tests.matrix import things
from tests.matrix.things import Make
from tests.matrix.world import Thing


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, and the code of a refusal."""

    status: int
    code: str | None = None

    def __str__(self) -> str:
        return f"{self.status} {self.code}" if self.code else str(self.status)


NOT_FOUND = Answer(404, "not_found")
EMPTY = Answer(200)  # a list of nothing


@dataclass(frozen=True, slots=True)
class Ask:
    """What is sent beside the path. ``json``: put on top of the document's example."""

    json: Mapping[str, Any] | None = None
    query: Mapping[str, str] | None = None
    form: Mapping[str, str] | None = None
    content: bytes | None = None
    path: Mapping[str, str | int] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def _as_shown(thing: Thing) -> Ask:
    return Ask()


def answer_of(response: httpx.Response) -> Answer:
    problem = response.headers.get("content-type", "").startswith("application/problem+json")
    return Answer(response.status_code, response.json()["code"] if problem else None)


@dataclass(frozen=True, slots=True)
class Recipe:
    """``makes``: what the operation works on; without it, or not ``placed``, nothing about the call lies anywhere.

    ``outside``, ``unknown``: what is answered about a thing out of reach, and about one that nobody knows (None:
    as about any other place of that code). ``note``: what this recipe is about, where it is not the first.
    ``success``: of those whom the operation answers otherwise than with its first declared status.
    ``always``: what everybody is answered who may call it at all, wherever the thing lies. ``reports``: of a file,
    the tables that keep what became of it.
    ``of_provider``: what a provider's people are answered who may call it at all, wherever the thing lies: it is
    another's. ``personal``: every caller is shown what is his own.
    ``lists``: the answer shows something of every village within reach.
    """

    makes: Make | None = None
    ask: Callable[[Thing], Ask] = _as_shown
    outside: Answer = NOT_FOUND
    unknown: Answer | None = NOT_FOUND
    note: str = ""
    success: Mapping[Role, int] = field(default_factory=dict)
    lists: bool = False
    always: Answer | None = None
    placed: bool = True
    of_provider: Answer | None = None
    personal: bool = False
    reports: tuple[str, ...] = ()
    answer_of: Callable[[httpx.Response], Answer] = answer_of

    @property
    def lies_somewhere(self) -> bool:
        return self.makes is not None and self.placed


def json_of(**values: Any) -> Callable[[Thing], Ask]:
    return lambda thing: Ask(json=values)


def form_of(**values: str) -> Callable[[Thing], Ask]:
    return lambda thing: Ask(form=values)


def area_of(thing: Thing) -> Ask:
    return Ask(query={"area": thing.village})


def any_version(**values: Any) -> Callable[[Thing], Ask]:
    return lambda thing: Ask(json=values or None, headers={"If-Match": "*"})


_NOTHING: Mapping[str, str] = {}


def listed(query: Mapping[str, str] = _NOTHING) -> Sequence[Recipe]:
    """A list of one's own area, and of a named one."""
    return (
        Recipe(ask=lambda thing: Ask(query={"page_size": "200", **query}), lists=True),
        Recipe(
            things.a_place,
            lambda thing: Ask(query={"area": thing.village, **query}),
            unknown=None,
            note="area",
        ),
    )


def of_elder() -> Sequence[Recipe]:
    """What there is about one elder: nothing about one out of reach."""
    return [
        Recipe(
            RECORD,
            lambda thing: Ask(query={"elder_id": thing.id("elder_id")}),
            outside=EMPTY,
            unknown=EMPTY,
            note="elder",
        )
    ]


def item_answer(response: httpx.Response) -> Answer:
    """The status of a request that holds one record, and the code of what keeps the record out."""
    if response.status_code >= 400:
        return answer_of(response)
    [item] = response.json()["items"]
    return Answer(response.status_code, item["errors"][0]["code"] if item["errors"] else None)


def name_of(thing: Thing) -> str:
    return thing.words.get("name", "没有这个人")


def and_of_another(recipe: Recipe, another: Make) -> Sequence[Recipe]:
    """A part of something, and one that belongs to something else."""
    return (recipe, replace(recipe, makes=another, always=NOT_FOUND, unknown=NOT_FOUND, note="another's"))


RECORD, OWN_RECORD = things.a_record(), things.a_record(own=True)

Recipes = Mapping[str, Sequence[Recipe]]
