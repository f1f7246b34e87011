"""What records reveal, stored with elder, kind, time and source; a repeat joins what is still open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Table, insert, select, update

from api.domain.escalations import MajorRisk
from api.domain.months import civil_date
from api.domain.openings import Opening, OpeningKind
from api.store import tables
from api.store.desk import Desk
from api.store.dialect import insert_into
from api.store.subjects import Subject
from api.store.tables import table_of

_ENDED = ("resolved", "closed", "closed_by_exit", "answered", "cancelled", "solved", "accepted", "rejected")
_PLURALS = {
    OpeningKind.HAZARD: "hazards",
    OpeningKind.ESCALATION: "escalations",
    OpeningKind.TASK: "tasks",
    OpeningKind.NOTICE: "notices",
    OpeningKind.PROPOSAL: "proposals",
    OpeningKind.WHEREABOUTS_CHECK: "whereabouts_checks",
    OpeningKind.NEED: "needs",
}


@dataclass(frozen=True, slots=True)
class Revealed:
    """One opening with the record it comes from; ``place`` on the roll, or a village alone."""

    opening: Opening
    visit_id: UUID | None
    source: str
    external_id: str
    elder: Subject | None
    village: str
    risk: MajorRisk | None = None


@dataclass(slots=True)
class Opened:
    """Ids by plural noun, as the wire shows them."""

    ids: dict[str, list[UUID]] = field(default_factory=lambda: {plural: [] for plural in _PLURALS.values()})

    def add(self, kind: OpeningKind, row_id: UUID) -> None:
        if row_id not in self.ids[_PLURALS[kind]]:
            self.ids[_PLURALS[kind]].append(row_id)


class Findings:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._session = desk.session

    async def store(self, revealed: Sequence[Revealed]) -> list[UUID]:
        """The id of what each opening opened or joined, in order."""
        keepers = {
            OpeningKind.HAZARD: self._hazard,
            OpeningKind.ESCALATION: self._escalation,
            OpeningKind.TASK: self._task,
            OpeningKind.NOTICE: self._task,
            OpeningKind.PROPOSAL: self._proposal,
            OpeningKind.WHEREABOUTS_CHECK: self._whereabouts_check,
            OpeningKind.NEED: self._need,
        }
        return [await keepers[each.opening.kind](each) for each in revealed]

    async def of_visit(self, visit_id: UUID) -> Mapping[str, int]:
        """How many things a record opened that somebody has acted on since, by table."""
        acted: dict[str, int] = {}
        for model in (
            tables.Hazard,
            tables.Escalation,
            tables.Need,
            tables.WhereaboutsCheck,
            tables.Proposal,
        ):
            table = table_of(model)
            query = select(table.c.id).where(table.c.source_visit == visit_id, table.c.version > 1)
            acted[table.name] = len((await self._session.execute(query)).all())
        return acted

    def _key(self, each: Revealed) -> bytes:
        what = f"{each.opening.subkind}|{each.opening.distinguished_by or ''}"
        return self._desk.sealer.index("findings", what)

    async def _hazard(self, each: Revealed) -> UUID:
        elder, opening = _on_the_roll(each), each.opening
        table = table_of(tables.Hazard)
        query = select(table).where(table.c.key == self._key(each), table.c.state.not_in(_ENDED))
        same_house = table.c.elder_id == elder.id
        if opening.per_household and elder.household_id:
            same_house = same_house | (table.c.household_id == elder.household_id)
        day = civil_date(opening.found_at)
        for row in (await self._session.execute(query.where(same_house).limit(1))).all():
            if row.source_visit != each.visit_id:
                again = {"times_seen": row.times_seen + 1, "last_seen_on": max(row.last_seen_on, day)}
                await self._session.execute(update(table).where(table.c.id == row.id).values(**again))
            return UUID(str(row.id))
        return await self._add(
            table,
            each,
            household_id=elder.household_id,
            key=self._key(each),
            severity=opening.severity or "general",
            state="open",
            reminder=opening.reminder or "unknown",
            times_seen=1,
            first_seen_on=day,
            last_seen_on=day,
            created_at=self._desk.now,
            note=opening.text,
        )

    async def _need(self, each: Revealed) -> UUID:
        table, elder = table_of(tables.Need), _on_the_roll(each)
        if (row_id := await self._still_open(table, elder.id, self._key(each))) and not each.opening.solved:
            return row_id
        return await self._add(
            table,
            each,
            key=self._key(each),
            state="solved" if each.opening.solved else "requested",
            created_at=self._desk.now,
            note=each.opening.text,
        )

    async def _whereabouts_check(self, each: Revealed) -> UUID:
        table, elder = table_of(tables.WhereaboutsCheck), _on_the_roll(each)
        query = select(table.c.id).where(table.c.elder_id == elder.id, table.c.state.not_in(_ENDED))
        if row := (await self._session.execute(query.limit(1))).first():
            return UUID(str(row.id))
        due_at = each.opening.due_at or each.opening.found_at + timedelta(days=1)
        return await self._add(
            table, each, kind=None, state="open", opened_at=each.opening.found_at, due_at=due_at
        )

    async def _proposal(self, each: Revealed) -> UUID:
        table, elder = table_of(tables.Proposal), _on_the_roll(each)
        query = select(table.c.id).where(
            table.c.elder_id == elder.id, table.c.kind == each.opening.subkind, table.c.state == "proposed"
        )
        if row := (await self._session.execute(query.limit(1))).first():
            return UUID(str(row.id))
        return await self._add(
            table,
            each,
            key=f"{each.source}|{each.external_id}"[:80],
            state="proposed",
            proposed_by=self._desk.actor.id,
            created_at=self._desk.now,
            sealed={"found_at": each.opening.found_at, "text": each.opening.text},
        )

    async def _task(self, each: Revealed) -> UUID:
        """A task or notice; one that was done is opened again."""
        table, elder = table_of(tables.Task), _on_the_roll(each)
        opening, task_id = each.opening, self._desk.new_id()
        due_on = opening.due_on or self._desk.today + timedelta(days=7)
        statement = insert_into(self._session, table).values(
            id=task_id,
            elder_id=elder.id,
            village=elder.village,
            kind=opening.subkind,
            key=self._key(each).hex(),
            state="open",
            starts_on=self._desk.today,
            due_on=due_on,
            source_visit=each.visit_id,
            created_at=self._desk.now,
            note=self._sealed("tasks.note", task_id, opening.text),
            version=1,
        )
        reopened = {
            "state": "open",
            "due_on": due_on,
            "source_visit": each.visit_id,
            "version": table.c.version + 1,
        }
        await self._session.execute(
            statement.on_conflict_do_update(
                index_elements=["elder_id", "kind", "key"], set_=reopened, where=table.c.state != "open"
            )
        )
        query = select(table.c.id).where(
            table.c.elder_id == elder.id,
            table.c.kind == opening.subkind,
            table.c.key == self._key(each).hex(),
        )
        return UUID(str((await self._session.execute(query)).scalar_one()))

    async def _escalation(self, each: Revealed) -> UUID:
        """A major risk; the same record opens it once, whatever became of the record."""
        table, opening, risk = table_of(tables.Escalation), each.opening, each.risk
        known = select(table.c.id).where(
            table.c.source == each.source, table.c.external_id == f"{each.external_id}|{opening.subkind}"
        )
        if row := (await self._session.execute(known)).first():
            return UUID(str(row.id))
        row_id = self._desk.new_id()
        told = {
            "text": opening.text,
            "called_number": risk.called_number if risk else None,
            "contact": risk.contact if risk else None,
        }
        values = {
            "id": row_id,
            "reference": f"E{row_id.hex[:8]}{row_id.hex[-6:]}".upper(),
            "elder_id": each.elder.id if each.elder else None,
            "village": each.village,
            "kind": opening.subkind,
            "severity": opening.severity or "major",
            "state": "open",
            "source": each.source,
            "external_id": f"{each.external_id}|{opening.subkind}",
            "source_visit": each.visit_id,
            "discovered_at": opening.found_at,
            "received_at": self._desk.now,
            "emergency_called_at": risk.emergency_called_at if risk else None,
            "contact_reached_at": risk.contact_reached_at if risk else None,
            "reported_by": self._desk.actor.id,
            "sealed": self._desk.sealer.seal_json("escalations.sealed", row_id, told),
            "version": 1,
        }
        await self._session.execute(insert(table), [values])
        return row_id

    async def _still_open(self, table: Table, elder_id: UUID, key: bytes) -> UUID | None:
        query = select(table.c.id).where(
            table.c.elder_id == elder_id, table.c.key == key, table.c.state.not_in(_ENDED)
        )
        row = (await self._session.execute(query.limit(1))).first()
        return UUID(str(row.id)) if row else None

    async def _add(self, table: Table, each: Revealed, **values: Any) -> UUID:
        """A row of its own: id, elder, village, kind and source are the same for all."""
        elder, row_id = _on_the_roll(each), self._desk.new_id()
        row: dict[str, Any] = {
            "id": row_id,
            "elder_id": elder.id,
            "village": elder.village,
            "kind": each.opening.subkind,
            "source_visit": each.visit_id,
            "version": 1,
            **values,
        }
        if "note" in row:
            row["note"] = self._sealed(f"{table.name}.note", row_id, row["note"])
        if "sealed" in row:
            row["sealed"] = self._desk.sealer.seal_json(f"{table.name}.sealed", row_id, row["sealed"])
        await self._session.execute(insert(table), [{k: v for k, v in row.items() if k in table.c}])
        return row_id

    def _sealed(self, place: str, row_id: UUID, text: str | None) -> bytes | None:
        return None if text is None else self._desk.sealer.seal(place, row_id, text.encode())


def _on_the_roll(each: Revealed) -> Subject:
    if each.elder is None:
        raise ValueError("only a major risk may be about somebody on no roll")
    return each.elder
