"""The register of leads (摸排线索): who was named, whom else it may be, and how far the villages have got."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, select, tuple_

from api.domain.elders import ElderState
from api.domain.identity import fold_name
from api.domain.leads import UNVERIFIED, Hint, Resemblance
from api.store import tables
from api.store.cases import Cases
from api.store.dialect import chunked, one_at_a_time
from api.store.files import FilePlaces
from api.store.scope import within
from api.store.tables import table_of

_ELDERS = table_of(tables.Elder)
_ALIASES = table_of(tables.ElderAlias)
_PAIRS = 300  # of two values each, in one statement


@dataclass(frozen=True, slots=True)
class Tally:
    """How many leads of a place are in a state; ``oldest``: when the first of them was named."""

    village: str
    state: str
    count: int
    oldest: date


class Leads(Cases):
    model = tables.Lead
    noun = "lead"

    # --- finding again --------------------------------------------------------------------------------

    def number_index(self, number: str) -> bytes:
        """The index by which elders are found too."""
        return FilePlaces(self._desk.sealer).identity(number)

    def name_index(self, village: str, name: str) -> bytes:
        return self._desk.sealer.index("lead_name", f"{village}|{fold_name(name)}")

    def told_index(self, *said: object) -> bytes:
        """The index of a whole message: said again, it is the same."""
        return self._desk.sealer.index("lead_told", "|".join("" if each is None else str(each) for each in said))

    async def in_turn(self) -> None:
        """Wait for everybody else who names people, so that two who name the same person see each other."""
        await one_at_a_time(self._session, self._desk.sealer.index("lock", "leads"))

    async def told(self, indexes: Collection[bytes]) -> dict[bytes, UUID]:
        """The leads in sight that these messages made."""
        found: dict[bytes, UUID] = {}
        for part in chunked(list(indexes)):
            query = self.visible.where(self._table.c.told.in_(part))
            found |= {row.told: row.id for row in await self._session.execute(query)}
        return found

    async def alike(self, hints: Sequence[Hint], *, but: UUID | None = None) -> list[list[Resemblance]]:
        """For each hint whom in sight it may be: by number first, then by village and name.

        A fixed number of statements for up to a thousand hints. ``but``: a lead that is not meant itself.
        """
        by_number = await self._numbered({hint.number for hint in hints if hint.number}, but)
        by_name = await self._named({_name(hint) for hint in hints if hint.name}, but)
        found = []
        for hint in hints:
            certain = by_number.get(hint.number or b"", [])
            named = (each for other, each in by_name.get(_name(hint), ()) if hint.may_be(other))
            known = {(each.elder_id, each.lead_id) for each in certain}
            found.append([*certain, *(each for each in named if (each.elder_id, each.lead_id) not in known)])
        return found

    def number_stands_elsewhere(self) -> ColumnElement[bool]:
        """Whether an open lead has the number of an elder, or of another open lead, in sight."""
        lead, other = self._table.c, self._table.alias().c
        elder = exists().where(
            _ELDERS.c.resident_id_index == lead.resident_id_index,
            within(_ELDERS.c.village, self._desk.areas),
        )
        named = exists().where(
            other.resident_id_index == lead.resident_id_index,
            other.id != lead.id,
            other.state.in_(UNVERIFIED),
            within(other.village, self._desk.areas),
        )
        return and_(lead.resident_id_index.is_not(None), self.unverified(), elder | named)

    def unverified(self) -> ColumnElement[bool]:
        return self._table.c.state.in_(UNVERIFIED)

    def due_before(self, day: date) -> ColumnElement[bool]:
        return self._table.c.due_on < day

    def hint_of(self, row: Any) -> Hint:
        """Who is meant by a lead."""
        told = self.details(row)
        return Hint(
            village=row.village, name=told.get("name"), number=row.resident_id_index, birth_year=told.get("birth_year")
        )

    async def _numbered(self, numbers: Collection[bytes], but: UUID | None) -> Mapping[bytes, list[Resemblance]]:
        found: defaultdict[bytes, list[Resemblance]] = defaultdict(list)
        for part in chunked(list(numbers)):
            for key, elder in await self._holders(part):
                found[key].append(_of_elder(elder, certain=True))
            query = self.visible.where(self._table.c.resident_id_index.in_(part), self.unverified(), self._not(but))
            for row in await self._session.execute(query.order_by(self._table.c.id)):
                found[row.resident_id_index].append(Resemblance(lead_id=row.id, certain=True))
        return found

    async def _holders(self, indexes: Sequence[bytes]) -> list[tuple[bytes, Any]]:
        """Elders in sight who have, or had, one of these numbers."""
        sight = within(_ELDERS.c.village, self._desk.areas)
        elder = (_ELDERS.c.id, _ELDERS.c.status)
        own = select(_ELDERS.c.resident_id_index.label("key"), *elder).where(_ELDERS.c.resident_id_index.in_(indexes))
        former = select(_ALIASES.c.key, *elder).join(_ALIASES, _ALIASES.c.elder_id == _ELDERS.c.id)
        former = former.where(_ALIASES.c.key.in_(indexes))
        rows = [row for query in (own, former) for row in await self._session.execute(query.where(sight))]
        return [(row.key, row) for row in rows]

    async def _named(
        self, people: Collection[tuple[str, str]], but: UUID | None
    ) -> Mapping[tuple[str, str], list[tuple[Hint, Resemblance]]]:
        found: defaultdict[tuple[str, str], list[tuple[Hint, Resemblance]]] = defaultdict(list)
        for part in chunked(sorted(people), _PAIRS):
            for elder in await self._session.execute(self._elders_named(part)):
                key = (elder.village, elder.name_folded)
                hint = Hint(village=elder.village, number=elder.resident_id_index, birth_year=elder.born_on.year)
                found[key].append((hint, _of_elder(elder, certain=False)))
        indexes = {self.name_index(village, name): (village, name) for village, name in people}
        for keys in chunked(list(indexes)):
            query = self.visible.where(self._table.c.name_index.in_(keys), self.unverified(), self._not(but))
            for row in await self._session.execute(query.order_by(self._table.c.id)):
                found[indexes[row.name_index]].append((self.hint_of(row), Resemblance(lead_id=row.id)))
        return found

    def _elders_named(self, people: Sequence[tuple[str, str]]) -> Any:
        c = _ELDERS.c
        query = select(c.id, c.status, c.village, c.name_folded, c.born_on, c.resident_id_index)
        return query.where(tuple_(c.village, c.name_folded).in_(people), within(c.village, self._desk.areas))

    def _not(self, but: UUID | None) -> ColumnElement[bool]:
        return self._table.c.id != (but or UUID(int=0))

    # --- counting -------------------------------------------------------------------------------------

    async def tallies(self, areas: Iterable[str]) -> list[Tally]:
        """How many leads lie where in which state, in one statement."""
        c = self._table.c
        query = (
            select(c.village, c.state, func.count().label("many"), func.min(c.reported_on).label("oldest"))
            .where(within(c.village, list(areas)), within(c.village, self._desk.areas))
            .group_by(c.village, c.state)
        )
        return [Tally(row.village, row.state, row.many, row.oldest) for row in await self._session.execute(query)]


def _of_elder(elder: Any, *, certain: bool) -> Resemblance:
    return Resemblance(elder_id=elder.id, certain=certain, left=elder.status == ElderState.EXITED)


def _name(hint: Hint) -> tuple[str, str]:
    return hint.village, fold_name(hint.name or "")
