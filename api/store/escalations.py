"""The register of escalations (重大风险隐患): every major risk, its clocks, and what was done about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, insert, or_, select

from api.domain.divisions import CODE_LENGTH, Level
from api.domain.escalations import (
    ACUTE,
    LIVE,
    WAITING,
    WORK,
    Course,
    EscalationState,
    MajorRisk,
    RiskKind,
    StepKind,
    acknowledge_due,
    call_due,
    contact_due,
    severity_of,
)
from api.domain.hazards import Severity
from api.domain.policy import Policy
from api.store import tables
from api.store.calendar import Calendar
from api.store.cases import Cases
from api.store.dialect import locking
from api.store.jobs import Jobs
from api.store.listings import Listing
from api.store.places import Places
from api.store.revealed import Revealed
from api.store.tables import table_of

MOVE_UP = "move_up"  # the job that runs when a clock has run out

_MOST_NAME = 64
_STEPS = table_of(tables.EscalationStep)
_ELDERS = table_of(tables.Elder)
_STEP_PLACE = "escalation_steps.sealed"
_AFTERWARDS = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEscalation:
    """A risk as it was heard. ``village``: as much of the place as is known; ``told``: what only the desk reads.

    The same ``source`` and ``external_id`` are one escalation.
    """

    risk: MajorRisk
    severity: Severity
    discovered_at: datetime
    village: str
    source: str
    external_id: str
    elder_id: UUID | None = None
    source_visit: UUID | None = None
    told: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing done. ``at``: now unless said; ``told``: in words, sealed; ``by_clock``: nobody did it."""

    kind: StepKind
    at: datetime | None = None
    told: Mapping[str, str | None] = field(default_factory=dict)
    by_clock: bool = False


@dataclass(frozen=True, slots=True)
class StepSeen:
    """A step as it is read."""

    kind: StepKind
    at: datetime
    recorded_at: datetime
    actor_id: UUID | None
    level: Level
    told: Mapping[str, str | None]


class Escalations(Cases):
    model = tables.Escalation
    noun = "escalation"

    @property
    def shown(self) -> Select[Any]:
        """With the ``short_no`` of an elder on the roll."""
        whose = self._table.outerjoin(_ELDERS, _ELDERS.c.id == self._table.c.elder_id)
        return self.visible.add_columns(_ELDERS.c.short_no).select_from(whose)

    def course(self, row: Any) -> Course:
        """What a row's clocks and desk are judged from."""
        facts = {name: getattr(row, name) for name in Course.__slots__}
        return Course(**{**facts, "state": EscalationState(row.state), "level": Level(row.level)})

    def late(self) -> ColumnElement[bool]:
        """The twin of ``api.domain.escalations.is_overdue``."""
        c, now = self._table.c, self._desk.now
        return or_(
            and_(c.state.in_(WAITING), c.acknowledge_due_at < now),
            and_(c.state.in_(ACUTE), c.emergency_called_at.is_(None), c.call_due_at < now),
            and_(c.state.in_(ACUTE), c.contact_reached_at.is_(None), c.contact_due_at < now),
            and_(c.state == EscalationState.MITIGATED, c.follow_up_due_at < now),
        )

    def wanted(self, wanted: Mapping[str, Any]) -> Listing:
        """The escalations in order of id; every condition that is given must hold."""
        c = self._table.c
        given = {name: value for name, value in wanted.items() if value is not None}
        conditions = [c[name] == given[name] for name in ("state", "kind", "severity", "elder_id") if name in given]
        if "late" in given:
            conditions.append(self.late())
        return self.listing(*conditions, area=given.get("area"))

    # --- what is heard --------------------------------------------------------------------------------

    async def reveal(self, each: Revealed) -> UUID:
        """The escalation of a record's risk: the same record opens it once, and once more is heard only once.

        What no person reported as such joins one that is under way, and brings back one that was thought over.
        """
        opening, risk = each.opening, each.risk
        external_id = f"{each.external_id[:_MOST_NAME]}|{opening.subkind}"
        c = self._table.c
        if row := await self._first(c.source == each.source, c.external_id == external_id):
            return await self._now_known(row, each)
        if risk is None and each.elder is not None:
            alike = (c.elder_id == each.elder.id, c.kind == opening.subkind, c.state.in_(LIVE))
            if row := await self._first(*alike):
                return await self._again(row, each)
        kind = RiskKind(opening.subkind)
        new = NewEscalation(
            risk=risk or MajorRisk(kind, text=opening.text),
            severity=severity_of(kind, opening.severity),
            discovered_at=opening.found_at,
            village=each.village,
            source=each.source,
            external_id=external_id,
            elder_id=each.elder.id if each.elder else None,
            source_visit=each.visit_id,
        )
        return UUID(str((await self.open(new)).id))

    async def open(self, new: NewEscalation) -> Any:
        """A new escalation with its clocks running; the row."""
        row_id, risk, now = self._desk.new_id(), new.risk, self._desk.now
        policy = await self.policy(new.village)
        due_at = await self._acknowledge_due(new.severity, now, policy)
        placed = len(new.village) > CODE_LENGTH[Level.DISTRICT]
        values = {
            "id": row_id,
            "reference": f"E{row_id.hex[:8]}{row_id.hex[-6:]}".upper(),
            "elder_id": new.elder_id,
            "village": new.village,
            "kind": risk.kind,
            "severity": new.severity,
            "state": EscalationState.OPEN,
            "level": Level.TOWNSHIP if placed else Level.DISTRICT,
            "source": new.source,
            "external_id": new.external_id,
            "source_visit": new.source_visit,
            "discovered_at": new.discovered_at,
            "received_at": now,
            "reported_by": self._desk.actor.id,
            "emergency_called_at": risk.emergency_called_at,
            "contact_reached_at": risk.contact_reached_at,
            "acknowledge_due_at": due_at,
            **self.dues_from_discovery(new.severity, new.discovered_at, policy),
        }
        said = {"text": risk.text, "called_number": risk.called_number, "contact": risk.contact}
        await self.add([{**values, "sealed": {**said, **new.told}}])
        row = await self._one(self.visible.where(self._table.c.id == row_id))
        await self._note(row, Step(StepKind.REPORTED))
        await self._watch(row)
        return row

    async def _now_known(self, row: Any, each: Revealed) -> UUID:
        """The record of a risk that was heard before its person or its record was accepted has them now."""
        if each.elder is not None and each.visit_id is not None and row.source_visit is None:
            step = Step(StepKind.LINKED)
            village, visit_id = each.village, each.visit_id
            await self.step(row, "link", step, elder_id=each.elder.id, village=village, source_visit=visit_id)
        return UUID(str(row.id))

    async def _again(self, row: Any, each: Revealed) -> UUID:
        """Another record reveals the same. What it saw after the danger was put right brings the case back."""
        if row.source_visit == each.visit_id:
            return UUID(str(row.id))
        found_at = each.opening.found_at
        step = Step(StepKind.REPORTED_AGAIN, at=found_at, told={"text": each.opening.text})
        if row.mitigated_at is not None and found_at > row.mitigated_at:
            await self.reopen(row, step)
        else:
            await self.step(row, "report_again", step)
        return UUID(str(row.id))

    # --- what is done ---------------------------------------------------------------------------------

    async def step(
        self, row: Any, command: str, step: Step, *, details: Mapping[str, Any] | None = None, **columns: Any
    ) -> Any:
        """Write a locked row anew together with what was done; the row."""
        after = await self.change(row, command, details=details, **columns)
        await self._note(after, step)
        return after

    async def reopen(self, row: Any, step: Step) -> Any:
        """The danger is there again: it waits to be acknowledged anew, and its clock runs from now."""
        policy = await self.policy(row.village)
        due_at = await self._acknowledge_due(Severity(row.severity), self._desk.now, policy)
        afresh = dict.fromkeys(
            ("acknowledged_at", "acknowledged_by", "mitigated_at", "follow_up_due_at", "followed_up_at", "closed_at")
        )
        after = await self.step(
            row,
            "reopen",
            step,
            **afresh,
            state=EscalationState.REOPENED,
            acknowledge_due_at=due_at,
            self_followed_up=False,
            duplicate_of=None,
        )
        await self._watch(after)
        return after

    def dues_from_discovery(
        self, severity: Severity, discovered_at: datetime, policy: Policy
    ) -> dict[str, datetime | None]:
        """The columns of the clocks that run from discovery."""
        return {
            "call_due_at": call_due(severity, discovered_at, policy),
            "contact_due_at": contact_due(severity, discovered_at, policy),
        }

    async def policy(self, village: str) -> Policy:
        """The numbers in force there today."""
        return (await self._places.book_for(village)).on(self._desk.today)

    # --- what was done --------------------------------------------------------------------------------

    async def steps(self, row: Any) -> list[StepSeen]:
        """Everything that was done about a risk, in the order in which it was written down."""
        query = select(_STEPS).where(_STEPS.c.escalation_id == row.id).order_by(_STEPS.c.version)
        return [
            StepSeen(
                StepKind(each.kind),
                each.at,
                each.recorded_at,
                each.actor_id,
                Level(each.level),
                self._desk.sealer.open_json(_STEP_PLACE, _name_of(each), each.sealed) or {},
            )
            for each in await self._session.execute(query)
        ]

    async def who_worked_on(self, row: Any) -> set[UUID]:
        """Everybody who did something to put it right."""
        query = select(_STEPS.c.actor_id).where(
            _STEPS.c.escalation_id == row.id, _STEPS.c.kind.in_(WORK), _STEPS.c.actor_id.is_not(None)
        )
        return set((await self._session.execute(query.distinct())).scalars())

    # --- within ---------------------------------------------------------------------------------------

    @cached_property
    def _places(self) -> Places:
        return Places(self._desk)

    @cached_property
    def _calendar(self) -> Calendar:
        return Calendar(self._desk)

    async def _acknowledge_due(self, severity: Severity, since: datetime, policy: Policy) -> datetime:
        return acknowledge_due(severity, since, policy, await self._calendar.working_days())

    async def _first(self, *conditions: ColumnElement[bool]) -> Any | None:
        query = locking(self._session, self.visible.where(*conditions).limit(1))
        return (await self._session.execute(query)).first()

    async def _watch(self, row: Any) -> None:
        """Have somebody look when the clock has run out: what nobody touches moves up as well."""
        due_at: datetime = row.acknowledge_due_at
        await Jobs(self._session, self._desk.now).enqueue(
            MOVE_UP,
            area=row.village,
            payload={"escalation_id": str(row.id)},
            unique_key=f"{MOVE_UP}:{row.id}:{due_at.isoformat()}",
            run_at=due_at + _AFTERWARDS,
        )

    async def _note(self, row: Any, step: Step) -> None:
        values = {
            "escalation_id": row.id,
            "version": row.version,
            "village": row.village,
            "kind": step.kind,
            "at": step.at or self._desk.now,
            "recorded_at": self._desk.now,
            "actor_id": None if step.by_clock else self._desk.actor.id,
            "level": row.level,
            "sealed": self._sealed_step(row, step),
        }
        await self._session.execute(insert(_STEPS), [values])

    def _sealed_step(self, row: Any, step: Step) -> bytes | None:
        told = {name: value for name, value in step.told.items() if value is not None}
        return self._desk.sealer.seal_json(_STEP_PLACE, f"{row.id}|{row.version}", told) if told else None


def _name_of(step: Any) -> str:
    return f"{step.escalation_id}|{step.version}"
