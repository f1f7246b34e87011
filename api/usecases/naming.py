"""What names a record that brings no name of its own (A16): it gets the same one whenever it is sent.

Whose it is, day, start and worker tell records apart. Where nobody noted the time, what a record says tells
which of the sender's records of that elder, day and worker it is: one that is stored, or the next.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from itertools import takewhile
from typing import Any
from uuid import UUID

from api.domain.contents import content_hash, derived_external_id, says_the_same
from api.domain.errors import Fault
from api.domain.references import ElderRef
from api.domain.visits import VisitRecord
from api.store import Registers
from api.usecases.recognising import former_records
from api.usecases.taken import Taken

NOBODY = UUID(int=0)  # stands for the elder in the digest of a record whose elder is not known


async def name(registers: Registers, taken: Sequence[Taken]) -> None:
    """Give every record a name and refuse the second of one name within a request."""
    alive = [each for each in taken if not each.rejected]
    timeless: list[Taken] = []
    for each in alive:
        if each.external_id is None:
            start = _record(each).started_at
            each.external_id = _derived(registers, each, start or 1)
            if start is None:
                timeless.append(each)
    await _number(registers, timeless)
    first: dict[tuple[int, str, str | None], int] = {}
    for each in alive:
        key = (each.sent.request, each.sent.source, each.external_id)
        if key in first:
            each.refuse(Fault("duplicate_in_batch", "/external_id", {"first": first[key] + 1}))
        else:
            first[key] = each.sent.index
    _refuse_repeated(taken, first)


def _refuse_repeated(taken: Sequence[Taken], first: Mapping[tuple[int, str, str | None], int]) -> None:
    """What is wrong otherwise may be the second of its name besides."""
    for each in taken:
        place = first.get((each.sent.request, each.sent.source, each.external_id))
        told = any(fault.code == "duplicate_in_batch" for fault in each.errors)
        if each.rejected and not told and place is not None and place < each.sent.index:
            each.refuse(Fault("duplicate_in_batch", "/external_id", {"first": place + 1}))


def waits(row: Any) -> bool:
    """Whether a row is one of those held, and not a visit."""
    return hasattr(row, "state")


@dataclass(slots=True)
class _Place:
    """A name that is given: to a stored ``row``, or to a record on its way in. ``requests`` have sent it."""

    name: str
    row: Any = None
    record: VisitRecord | None = None
    requests: set[int] = field(default_factory=set)


async def _number(registers: Registers, timeless: Sequence[Taken]) -> None:
    """Tell records apart by what they say. All of them carry the name of the first of their elder, day and worker."""
    if not timeless:
        return
    await registers.visits.hold_senders({each.sent.source for each in timeless})
    groups: dict[tuple[str, str | None], list[Taken]] = {}
    for each in timeless:
        groups.setdefault((each.sent.source, each.external_id), []).append(each)
    for alike, rows in await _stored(registers, groups.values()):
        places = [_Place(row.external_id, row) for row in rows]
        for each in sorted(alike, key=lambda each: not any(_is_repeated(each, place) for place in places)):
            place = await _place_of(registers, each, places) or _to_correct(each, alike, places)
            if place is None:
                place = _Place(_derived(registers, each, len(places) + 1), record=each.record)
                places.append(place)
            place.requests.add(each.sent.request)
            each.external_id = place.name


async def _stored(
    registers: Registers, groups: Iterable[Sequence[Taken]]
) -> Sequence[tuple[Sequence[Taken], Sequence[Any]]]:
    """Each group with the rows that carry its names, in order, up to the first name that nobody carries."""
    found: list[tuple[Sequence[Taken], list[Any]]] = [(alike, []) for alike in groups]
    growing = found
    while growing:
        asked = [
            (alike[0].sent.source, [_derived(registers, alike[0], len(rows) + 1 + n) for n in range(len(alike) + 1)])
            for alike, rows in growing
        ]
        known = await registers.visits.known((source, each) for source, names in asked for each in names)
        grown = []
        for (alike, rows), (source, names) in zip(growing, asked, strict=True):
            more = list(takewhile(bool, (known.get((source, each)) for each in names)))
            rows += more
            if len(more) == len(names):
                grown.append((alike, rows))
        growing = grown
    return found


async def _place_of(registers: Registers, each: Taken, places: Sequence[_Place]) -> _Place | None:
    """The place of a record that was sent before; None for a new one."""
    free = [place for place in places if each.sent.request not in place.requests]
    for place in free:
        if _is_repeated(each, place):
            return place
    if _record(each).external_version > 1 and free:
        return free[0]
    for place in free:
        if await was_said_before(registers, each, place.row):
            return place
    return None


def _to_correct(each: Taken, alike: Sequence[Taken], places: Sequence[_Place]) -> _Place | None:
    """The stored record that a file says otherwise: one it does not repeat, if it tells of no more than are stored."""
    mine = [one for one in alike if one.sent.request == each.sent.request]
    stored = [place for place in places if place.row is not None and not waits(place.row)]
    if not each.sent.from_file or len(mine) > len(stored):
        return None
    return next((place for place in stored if each.sent.request not in place.requests), None)


def _is_repeated(each: Taken, place: _Place) -> bool:
    elder_id = NOBODY if place.row is None or waits(place.row) else place.row.elder_id
    said = content_hash(place.record, elder_id) if place.record else place.row.content_hash
    return says_the_same(said, content_hash(_record(each), elder_id), from_file=each.sent.from_file)


async def was_said_before(registers: Registers, each: Taken, row: Any) -> bool:
    """Whether a stored record said this before its author amended it: the old words are no further visit."""
    if row is None or waits(row) or row.version == 1:
        return False
    said = content_hash(_record(each), NOBODY)
    return any(
        says_the_same(content_hash(former, NOBODY), said, from_file=each.sent.from_file)
        for former in await former_records(registers, row)
    )


def is_derived(name: str) -> bool:
    """Whether a record's name was given to it here."""
    return name.startswith("~")


def _derived(registers: Registers, each: Taken, start: datetime | int) -> str:
    record = _record(each)
    who = each.subject.id if each.subject and not each.held else _stranger(registers, record.elder)
    derived = derived_external_id(each.sent.source, who, record.day, start, str(each.worker.id))
    return f"~held-{derived[1:60]}" if each.held else derived


def _stranger(registers: Registers, meant: ElderRef) -> UUID:
    """The same for the same words about somebody who could not be told; a keyed index, for it names people."""
    said = repr([str(getattr(meant, box.name)) for box in fields(meant)])
    return UUID(bytes=registers.desk.sealer.index("held_visits", said)[:16])


def _record(each: Taken) -> VisitRecord:
    assert each.record is not None
    return each.record
