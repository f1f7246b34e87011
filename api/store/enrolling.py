"""New files by the thousand, in a few statements; an ID number that is taken stops only its own row."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from api.domain.elders import ElderState
from api.domain.identity import fold_name, short_no
from api.store.desk import Desk
from api.store.dialect import chunked, insert_into
from api.store.families import member_row
from api.store.files import FilePlaces, sealed_details
from api.store.history import Change, History
from api.store.tables import (
    Counter,
    Elder,
    ElderExternalId,
    ElderPhone,
    ElderResidence,
    FamilyMember,
    table_of,
)

_MOST_ROWS = 500  # of some thirty-five columns each, within what one statement may bind


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A file to be made.

    ``columns``: of table elders, with village, name, sex, id_type, born_on and filed_on. ``details``: the
    sealed part. ``members``: family members as documents (relation, name, facts). ``external_ids``: pairs
    of source and number.
    """

    id: UUID
    columns: Mapping[str, Any]
    details: Mapping[str, Any]
    members: Sequence[Mapping[str, Any]] = ()
    external_ids: Sequence[tuple[str, str]] = field(default=())

    @property
    def number(self) -> str | None:
        number: str | None = self.details.get("resident_id")
        return number

    @property
    def village(self) -> str:
        return str(self.columns["village"])


@dataclass(frozen=True, slots=True)
class Enrolment:
    """``elder_id`` of the new file; None: the number is taken, by ``holder`` if that file is in sight."""

    elder_id: UUID | None
    holder: Elder | None = None


async def take_numbers(desk: Desk, count: int) -> list[str]:
    """The next ``count`` short numbers (探访编号); none is ever given twice."""
    counters = table_of(Counter)
    statement = (
        insert_into(desk.session, counters)
        .values(name="short_no", value=count)
        .on_conflict_do_update(index_elements=["name"], set_={"value": counters.c.value + count})
        .returning(counters.c.value)
    )
    last: int = (await desk.session.execute(statement)).scalar_one()
    return [short_no(number) for number in range(last - count + 1, last + 1)]


async def enrol(desk: Desk, drafts: Sequence[Draft]) -> set[UUID]:
    """Insert files with everything that belongs to them; the ids of those that were free to be inserted."""
    inserted: set[UUID] = set()
    for part in chunked(drafts, _MOST_ROWS):
        inserted |= await _insert_elders(desk, part)
    accepted = [draft for draft in drafts if draft.id in inserted]
    await _insert_parts(desk, accepted)
    await History(desk).record([_creation(draft) for draft in accepted])
    return inserted


async def _insert_elders(desk: Desk, drafts: Sequence[Draft]) -> set[UUID]:
    table, numbers = table_of(Elder), await take_numbers(desk, len(drafts))
    rows = [_elder_row(desk, draft, number) for draft, number in zip(drafts, numbers, strict=True)]
    statement = insert_into(desk.session, table).on_conflict_do_nothing().returning(table.c.id)
    return set((await desk.session.execute(statement, rows)).scalars())


def _elder_row(desk: Desk, draft: Draft, number: str) -> dict[str, Any]:
    blank = {column.name: None for column in table_of(Elder).columns if column.computed is None}
    return {
        **blank,
        "status": ElderState.DRAFT.value,
        "id_conflict": False,
        "categories": [],
        "away": [],
        "tier_provisional": False,
        "visit_count": 0,
        **draft.columns,
        "id": draft.id,
        "short_no": number,
        "name_folded": fold_name(draft.columns["name"]),
        "resident_id_index": FilePlaces(desk.sealer).identity(draft.number) if draft.number else None,
        "version": 1,
        "created_at": desk.now,
        "created_by": desk.actor.id,
        "updated_at": desk.now,
        "sealed": sealed_details(desk.sealer, draft.id, draft.details),
    }


async def _insert_parts(desk: Desk, drafts: Sequence[Draft]) -> None:
    places = FilePlaces(desk.sealer)
    await _insert(
        desk,
        ElderPhone,
        (row for draft in drafts for row in places.phone_rows(draft.id, draft.village, draft.details)),
    )
    await _insert(desk, ElderResidence, (_first_residence(desk, draft) for draft in drafts))
    await _insert(
        desk,
        FamilyMember,
        (
            member_row(desk, desk.new_id(), draft.id, draft.village, seq, member)
            for draft in drafts
            for seq, member in enumerate(draft.members, start=1)
        ),
    )
    await _insert(
        desk,
        ElderExternalId,
        (
            {"source": source, "external_id": number, "elder_id": draft.id, "village": draft.village}
            for draft in drafts
            for source, number in draft.external_ids
        ),
    )


async def _insert(desk: Desk, model: Any, rows: Iterable[dict[str, Any]]) -> None:
    for part in chunked(list(rows)):
        await desk.session.execute(insert(table_of(model)).inline(), list(part))


def _first_residence(desk: Desk, draft: Draft) -> dict[str, Any]:
    return {
        "id": desk.new_id(),
        "elder_id": draft.id,
        "village": draft.village,
        "lives_in": draft.village,
        "from_day": draft.columns["filed_on"],
    }


def _creation(draft: Draft) -> Change:
    facts = {**draft.columns, **draft.details}
    changes = {name: (None, value) for name, value in facts.items() if value is not None}
    if draft.members:
        changes["family_members"] = (None, len(draft.members))
    return Change("elder", draft.id, draft.village, 1, "enrol", changes)
