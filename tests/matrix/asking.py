"""Asks every question of the matrix over HTTP and holds the answers, the rows and the audit against the table."""

import re
from asyncio import gather
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from api.domain.access import AreaCode, Permission, contains
from tests.builders import DISTRICT
from tests.matrix import things
from tests.matrix.cases import Case, cases_of
from tests.matrix.operations import Operation
from tests.matrix.recipes import RECIPES, Ask
from tests.matrix.referral_things import a_delivered_referral, a_referral
from tests.matrix.rows import Rows
from tests.matrix.summary import SAID
from tests.matrix.supervision_things import a_finding, an_order_about_a_record
from tests.matrix.world import SETTLED, Caller, Position, Thing, World, area_of

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_AREA = re.compile(rf"(?<!\d){DISTRICT}\d{{3}}(?:\d{{3}})?(?!\d)")
_UNREADABLE = b"{"
THEIRS = (
    things.a_record(own=True),
    things.a_held_record,
    things.a_check,
    a_referral,
    a_finding(own=True),
    an_order_about_a_record,
)
"""Something for each list of a provider's to show."""
_DESCRIBED = ("etag", "location")  # headers by which a client goes on


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that was otherwise than the table says."""

    operation: str
    what: str

    def __str__(self) -> str:
        return f"{self.operation} {self.what}"


@dataclass
class Report:
    operations: int = 0
    requests: int = 0
    differences: list[Difference] = field(default_factory=list)

    @property
    def figures(self) -> Sequence[int]:
        return self.operations, self.requests, len(self.differences)

    def __str__(self) -> str:
        return SAID.format(*self.figures)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question that was asked: under which request id, and the answer."""

    case: Case
    request_id: str
    response: httpx.Response

    def differs(self, what: str) -> Difference:
        request = self.response.request
        return Difference(self.case.operation.id, f"{self.case}, {request.method} {request.url.path}: {what}")


@dataclass
class Matrix:
    """The callers' questions to one service, and the rows behind it."""

    world: World
    callers: Sequence[Caller]
    rows: Rows
    report: Report = field(default_factory=Report)
    _shared: dict[tuple[Any, ...], Thing] = field(default_factory=dict)

    async def settle(self) -> None:
        """In every village something for each list to show, and the months planned."""
        records, heard = (things.a_record(), things.a_held_record), (things.an_exception, a_delivered_referral)
        for village in SETTLED:
            for make in (*records, *heard, things.an_account):
                self.world.knows(await make(self.world, village, self.callers[0]))
        for caller in self.callers:
            if caller.of_provider:
                for make in THEIRS:
                    self.world.knows(await make(self.world, SETTLED[0], caller))
        await self.world.planned()

    async def ask(self, operations: Iterable[Operation]) -> Report:
        """All questions about these operations: those that are to be refused first."""
        matrix = [list(cases_of(operation, self.callers)) for operation in sorted(operations, key=_consumes)]
        for cases in matrix:
            for case in cases:
                await self._share(case)
        asked = [*await self._refusals(matrix), *await self._successes(matrix)]
        village_of = self.world.village_of
        self.report.differences += [each.differs(what) for each in asked for what in _differences(each, village_of)]
        self.report.differences += _audit_differences(asked, self.rows.entries())
        self.report.operations, self.report.requests = len(matrix), len(asked)
        return self.report

    async def prepared(self, case: Case) -> Thing | None:
        """What a question by itself is about."""
        await self._share(case)
        return await self._fresh(case) if case.allowed else self._shared.get(_place(case))

    async def put(self, case: Case, thing: Thing | None) -> tuple[str, httpx.Response]:
        """One question by itself: under which request id, and the answer."""
        asked = await self._put(case, thing)
        return asked.request_id, asked.response

    async def _refusals(self, matrix: Sequence[Sequence[Case]]) -> list[_Asked]:
        """A refusal changes nothing, and tells nothing of what is out of reach."""
        asked: list[_Asked] = []
        before = self.rows.fingerprints()
        for cases in matrix:
            refused = await self._refused([case for case in cases if not case.allowed])
            after = self.rows.fingerprints()
            self.report.differences += _changes(cases, before, after)
            self.report.differences += _telling_apart(refused)
            asked, before = asked + refused, after
        return asked

    async def _refused(self, cases: Sequence[Case]) -> list[_Asked]:
        """Everybody asks at once, each one question after the other."""

        async def ask(caller: Caller) -> list[_Asked]:
            mine = (case for case in cases if case.caller is caller)
            return [await self._put(case, self._shared.get(_place(case))) for case in mine]

        return [each for asked in await gather(*map(ask, self.callers)) for each in asked]

    async def _successes(self, matrix: Sequence[Sequence[Case]]) -> list[_Asked]:
        return [await self._put(case, await self._fresh(case)) for cases in matrix for case in cases if case.allowed]

    async def _share(self, case: Case) -> None:
        """What the refused, who leave it as it was, and readers are shown: one for each place."""
        place = _place(case)
        if case.recipe.makes is None or place in self._shared or (case.allowed and not case.operation.reads):
            return
        nowhere = case.position is Position.UNKNOWN
        village = SETTLED[0] if nowhere or case.village is None else case.village
        thing = await case.recipe.makes(self.world, village, case.caller)
        self._shared[place] = thing.unknown if nowhere else self.world.knows(thing)

    async def _fresh(self, case: Case) -> Thing | None:
        """Commands consume what they succeed on."""
        if case.recipe.makes is None or case.operation.reads:
            return self._shared.get(_place(case))
        return self.world.knows(await case.recipe.makes(self.world, case.village or SETTLED[0], case.caller))

    async def _put(self, case: Case, thing: Thing | None) -> _Asked:
        operation, place = case.operation, thing or Thing(SETTLED[0])
        ask = case.recipe.ask(place)
        request_id = f"matrix-{next(self.world.numbers):06}"
        response = await case.caller.client.request(
            operation.method,
            operation.path.format(**place.ids, **place.known, **ask.path),
            params=ask.query,
            headers={"X-Request-Id": request_id, **operation.headers, **ask.headers},
            **_body(case, ask),
        )
        return _Asked(case, request_id, response)


def _consumes(operation: Operation) -> int:
    """Lists before other reads, and commands last."""
    lists = any(recipe.lists for recipe in RECIPES[operation.id])
    return 0 if lists else 1 if operation.reads else 2


def _place(case: Case) -> tuple[Any, ...]:
    owner = case.caller.name if case.operation.scope == "own" or case.recipe.personal else None
    return case.recipe.makes, case.position, owner


def _body(case: Case, ask: Ask) -> dict[str, Any]:
    """Who is barred is refused before anybody looks at the body: at the unknown place it is none at all."""
    if ask.form is not None:
        return {"data": ask.form}
    if ask.content is not None:
        return {"content": ask.content}
    if not case.operation.takes_json:
        return {}
    if case.barred and case.position is Position.UNKNOWN:
        return {"content": _UNREADABLE}
    return {"json": {**(case.operation.example or {}), **(ask.json or {})}}


# --- what may differ ----------------------------------------------------------------------------------


def _beside_what_was_sent(response: httpx.Response) -> str:
    """An answer item by item names its items as they were named; that says nothing of them."""
    if response.status_code != 207:
        return response.text
    return _UUID.sub(lambda found: "" if found[0].encode() in response.request.content else found[0], response.text)


def _differences(asked: _Asked, village_of: Mapping[str, str]) -> Iterator[str]:
    case, response = asked.case, asked.response
    answer = case.recipe.answer_of(response)
    if answer != case.expected:
        yield f"{answer} instead of {case.expected}: {response.text[:300]}"
    sent = {name for name in _DESCRIBED if name in response.headers}
    if sent != case.operation.sent.get(response.status_code, frozenset()) and response.is_success:
        yield f"has the headers {sorted(sent)}, which the document does not say"
    if case.caller.role is None or case.operation.permission in (None, Permission.REFERENCE_READ):
        return
    area = area_of(case.caller.role)
    shown = set(_mentioned(_beside_what_was_sent(response), village_of))
    if strange := sorted(code for code in shown if not contains(area, code) and not contains(AreaCode(code), area)):
        yield f"shows something of {', '.join(strange)}"
    asked_about = case.village if case.operation.reads else None
    if beside := sorted(code for code in shown if asked_about and not contains(AreaCode(code), asked_about)):
        yield f"shows something of {', '.join(beside)}, asked about {asked_about}"
    if case.allowed and case.recipe.lists:
        mine = {village for village in SETTLED if contains(area, village)}
        if missing := sorted(mine - shown):
            yield f"shows nothing of {', '.join(missing)}"


def _mentioned(text: str, village_of: Mapping[str, str]) -> Iterator[str]:
    """The areas that an answer names, by code or by the id of something that lies there."""
    yield from _AREA.findall(text)
    yield from (village_of[each] for each in _UUID.findall(text) if each in village_of)


def _changes(cases: Sequence[Case], before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[Difference]:
    changed = {table for table in before if before[table] != after[table]}
    if beside := sorted(changed - {table for case in cases for table in case.recipe.reports}):
        yield Difference(cases[0].operation.id, f"changed {', '.join(beside)} though it was refused")


def _telling_apart(refused: Sequence[_Asked]) -> Iterator[Difference]:
    """A thing out of reach is answered exactly as one that nobody knows."""
    seen: dict[tuple[Any, ...], str] = {}
    for asked in refused:
        case = asked.case
        if case.barred or case.expected.status != 404:
            continue
        words = _anonymous(asked)
        first = seen.setdefault((id(case.recipe), case.caller.name), words)
        if words != first:
            yield asked.differs(f"tells apart what is out of reach and what is not there: {words} / {first}")


def _anonymous(asked: _Asked) -> str:
    """An answer without what is new in every one of them."""
    headers = {name: value for name, value in asked.response.headers.items() if name != "x-request-id"}
    return f"{headers} {asked.response.text.replace(asked.request_id, '')}"


def _audit_differences(
    asked: Iterable[_Asked], entries: Mapping[str, Sequence[tuple[str, str]]]
) -> Iterator[Difference]:
    for each in asked:
        written = entries.get(each.request_id, [])
        if each.case.recipe.reports:  # has a transaction for every part of a file
            written = sorted(set(written))
        if list(written) != list(each.case.entries):
            yield each.differs(f"the audit says {written} instead of {each.case.entries}")
