"""Who a record is about: references of all kinds resolved in a fixed number of queries, within the area."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, tuple_

from api.domain.elders import ElderState
from api.domain.identity import fold_name
from api.domain.references import ElderRef
from api.store import tables
from api.store.aliases import Aliases
from api.store.desk import Desk
from api.store.dialect import among_bound, chunked, is_sqlite
from api.store.prepared import rows_of
from api.store.scope import bounds, within, within_bound
from api.store.tables import table_of
from api.store.together import ask


@dataclass(frozen=True, slots=True)
class Subject:
    """An elder as the intake needs to know him."""

    id: UUID
    short_no: str
    village: str
    name: str
    alias: str | None
    household_id: UUID | None
    status: str
    visit_count: int
    ability_level: str | None

    @property
    def house(self) -> UUID:
        """One for all who share a household."""
        return self.household_id or self.id


@dataclass(frozen=True, slots=True)
class Household:
    """What bars a record from counting or opening: who lives there, when he died and was found."""

    residents: frozenset[str]  # folded names of the elder and of those who live with him
    died_on: date | None
    found_on: date | None


_FIELDS = tuple(Subject.__dataclass_fields__)
_ELDERS, _MEMBERS, _STINTS = table_of(tables.Elder), table_of(tables.FamilyMember), table_of(tables.Stint)
_SUBJECTS = select(*(_ELDERS.c[name] for name in _FIELDS), _ELDERS.c.resident_id_index, _ELDERS.c.name_folded)
_FAMILIES = select(_MEMBERS.c.id, _MEMBERS.c.elder_id, _MEMBERS.c.sealed).where(among_bound(_MEMBERS.c.elder_id, "ids"))
_DEATHS = select(_STINTS).where(among_bound(_STINTS.c.elder_id, "ids"), _STINTS.c.ending == "death")


@cache
def _looking_up(column: str, areas: int, *, lock: bool) -> Select[Any]:
    """Elders by one of their names for themselves; made once, for it is asked with every record."""
    query = _SUBJECTS.where(within_bound(_ELDERS.c.village, areas), among_bound(_ELDERS.c[column], "wanted"))
    return query.order_by(_ELDERS.c.id).with_for_update() if lock else query


class Subjects:
    """Of the actor's areas, also of somebody confined: the intake asks who of these a force comes to."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._aliases = Aliases(desk)

    async def resolve(self, asked: Iterable[tuple[str, ElderRef]]) -> Mapping[tuple[str, ElderRef], list[Subject]]:
        """The elders each (source, reference) may mean: one for a number that is in force, any count for a name."""
        pairs = set(asked)
        by_id = await self._where("id", [r.id for _, r in pairs if r.id])
        by_short_no = await self._where("short_no", [r.short_no for _, r in pairs if r.short_no])
        indexes = {r.resident_id: self._index(r.resident_id) for _, r in pairs if r.resident_id}
        by_index = await self._where("resident_id_index", list(indexes.values()))
        former = await self._former([number for number, index in indexes.items() if index not in by_index])
        by_name = await self._named({(r.village, fold_name(r.name)) for _, r in pairs if r.village and r.name})
        external = await self._external({(source, r.external_id) for source, r in pairs if r.external_id})
        found: dict[tuple[str, ElderRef], list[Subject]] = {}
        for source, ref in pairs:
            if ref.id:
                hits = by_id.get(ref.id, [])
            elif ref.short_no:
                hits = by_short_no.get(ref.short_no, [])
            elif ref.resident_id:
                hits = by_index.get(indexes[ref.resident_id]) or former.get(ref.resident_id, [])
            elif ref.external_id:
                hits = external.get((source, ref.external_id), [])
            else:
                hits = by_name.get((ref.village, fold_name(ref.name or "")), [])
            found[source, ref] = hits
        return await self._merged_now(found)

    async def _former(self, numbers: list[str]) -> Mapping[str, list[Subject]]:
        """Those who once had a number that is nobody's now."""
        ids = await self._aliases.of_numbers(numbers)
        by_id = await self._where("id", [each for found in ids.values() for each in found])
        return {number: [hit for each in found for hit in by_id.get(each, [])] for number, found in ids.items()}

    async def _merged_now(
        self, found: dict[tuple[str, ElderRef], list[Subject]]
    ) -> Mapping[tuple[str, ElderRef], list[Subject]]:
        """Whoever names a file that was merged into another means that one."""
        gone = {hit.id for hits in found.values() for hit in hits if hit.status == ElderState.EXITED}
        kept = await self._aliases.of_merged(gone) if gone else {}
        by_id = await self._where("id", list(kept.values()))
        now = {old: by_id[new][0] for old, new in kept.items() if new in by_id}
        return {
            asked: list({hit.id: hit for hit in (now.get(each.id, each) for each in hits)}.values())
            for asked, hits in found.items()
        }

    async def lock(self, elder_ids: Iterable[UUID]) -> Mapping[UUID, Subject]:
        """The elders as they are now, held until the transaction ends, in order of id."""
        ids = sorted(set(elder_ids))
        if not ids:
            return {}
        query = _looking_up("id", len(self._desk.actor.areas), lock=not is_sqlite(self._desk.session))
        rows = await rows_of(self._desk.session, query, {"wanted": ids, **bounds(self._desk.actor.areas)})
        self._desk.held.update(row.id for row in rows)
        return {row.id: _subject(row) for row in rows}

    async def households(self, subjects: Iterable[Subject]) -> Mapping[UUID, Household]:
        """Names of residents and dates of death for those elders."""
        known = {subject.id: subject for subject in subjects}
        residents = {s.id: {fold_name(n) for n in (s.name, s.alias) if n} for s in known.values()}
        deaths: dict[UUID, tuple[date | None, date | None]] = {}
        members, ended = await ask(self._desk.session, (_FAMILIES, _DEATHS), {"ids": list(known)})
        for row in members:
            told = self._desk.sealer.open_json("family_members.sealed", row.id, row.sealed)
            if told.get("co_resident") and told.get("name"):
                residents[row.elder_id].add(fold_name(told["name"]))
        for row in ended:
            deaths[row.elder_id] = (row.last_day_on, row.found_on or row.reported_on)
        return {
            elder_id: Household(frozenset(names), *deaths.get(elder_id, (None, None)))
            for elder_id, names in residents.items()
        }

    def _index(self, number: str) -> bytes:
        return self._desk.sealer.index("resident_id", number)

    async def _where(self, column: str, values: Sequence[Any]) -> dict[Any, list[Subject]]:
        if not values:
            return {}
        query = _looking_up(column, len(self._desk.actor.areas), lock=False)
        rows = await rows_of(self._desk.session, query, {"wanted": values, **bounds(self._desk.actor.areas)})
        return {getattr(row, column): [_subject(row)] for row in rows}

    async def _named(self, names: set[tuple[str, str]]) -> dict[tuple[str | None, str], list[Subject]]:
        found: dict[tuple[str | None, str], list[Subject]] = {}
        for chunk in chunked(sorted(names), 300):
            matches = tuple_(_ELDERS.c.village, _ELDERS.c.name_folded).in_(chunk)
            query = _SUBJECTS.where(within(_ELDERS.c.village, self._desk.actor.areas), matches)
            for row in (await self._desk.session.execute(query)).all():
                found.setdefault((row.village, row.name_folded), []).append(_subject(row))
        return found

    async def _external(self, asked: set[tuple[str, str]]) -> dict[tuple[str, str], list[Subject]]:
        links = table_of(tables.ElderExternalId)
        found: dict[tuple[str, str], list[Subject]] = {}
        for chunk in chunked(sorted(asked), 300):
            query = select(links).where(tuple_(links.c.source, links.c.external_id).in_(chunk))
            rows = (await self._desk.session.execute(query)).all()
            elders = await self._where("id", [row.elder_id for row in rows])
            found.update({(row.source, row.external_id): elders.get(row.elder_id, []) for row in rows})
        return found


def _subject(row: Any) -> Subject:
    return Subject(*row[: len(_FIELDS)])
