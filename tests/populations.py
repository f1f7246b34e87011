"""Whole populations put into the register from their facts, without a command for each; then judged."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert

from api.deps import Service
from api.domain.access import Actor
from api.domain.elders import ElderState
from api.domain.facts import DECLINED, ElderFacts
from api.domain.months import Month
from api.store import Trace, tables
from api.store.enrolling import Draft
from api.store.policies import frequency_document
from api.store.tables import table_of
from api.usecases.founding import found
from api.usecases.planning import plan
from tests.builders import DISTRICT

_numbers = count(1)


def as_system(service: Service, *, writes: bool = True) -> Any:
    """The registers of the whole district, opened for a test's own preparations."""
    trace = Trace(operation="prepare", request_id="test", source="test")
    return service.store.opened(Actor.system(DISTRICT, "a test prepares"), trace, writes=writes)


async def settled(
    service: Service, people: Sequence[ElderFacts], *, tracking: date | None = date(2023, 7, 1), **columns: Any
) -> None:
    """The divisions, the tracking start, and everybody's facts as rows; ``columns``: of table elders."""
    await found(service.store, DISTRICT)
    async with as_system(service) as registers:
        if tracking is not None:
            await registers.places.start_tracking(DISTRICT, tracking)
        await registers.elders.enrol_many([_draft(facts, columns) for facts in people])
        moved = [facts.elder_id for facts in people if facts.residences]
        residences = table_of(tables.ElderResidence)
        await registers.desk.session.execute(delete(residences).where(residences.c.elder_id.in_(moved)))
        for model, rows in _rows(people).items():
            if rows:
                await registers.desk.session.execute(insert(table_of(model)), rows)


async def planned(service: Service, *months: Month) -> None:
    """Plan these months in the whole district."""
    for month in months:
        async with as_system(service, writes=False) as registers:
            villages = await registers.plans.missing(month)
        await plan(service.store, villages, month)


async def categorised(service: Service, elder: ElderFacts, **since: date) -> None:
    """Categories in force from a day on."""
    rows = [
        {"elder_id": elder.elder_id, "village": elder.village, "category": name, "from_day": day, "basis": "declared"}
        for name, day in since.items()
    ]
    async with as_system(service) as registers:
        await registers.desk.session.execute(insert(table_of(tables.ElderCategory)), rows)


async def changed(service: Service, statement: Any) -> None:
    """Alter rows behind the back of everything that judges."""
    async with as_system(service) as registers:
        result = await registers.desk.session.execute(statement)
        assert result.rowcount == 1


def _draft(facts: ElderFacts, columns: dict[str, Any]) -> Draft:
    latest = max(facts.stints, key=lambda stint: stint.starts_on, default=None)
    state = ElderState.DRAFT
    if latest is not None:
        ended = latest.last_day_on is not None
        left = ElderState.DECLINED if latest.ending == DECLINED else ElderState.EXITED
        state = left if ended else ElderState.CONFIRMED
    tier = max(facts.tiers, key=lambda change: change.from_day).tier if facts.tiers else None
    return Draft(
        id=facts.elder_id,
        columns={
            "village": facts.village,
            "name": f"试{chr(0x4E00 + next(_numbers) % 20000)}人",
            "sex": "female",
            "id_type": "none",
            "born_on": facts.born_on,
            "filed_on": facts.enrolled_on,
            "status": state.value,
            "tier": tier.value if tier else None,
            "consented_on": facts.consented_on,
            **columns,
        },
        details={
            "phones": [{"number": "13800001234", "owner": "self"}],
            "residence": {"detail": "12号"},
            "primary_contact": {"name": "试邻居", "relation": None, "phone": "13900005678"},
        },
    )


def _rows(people: Sequence[ElderFacts]) -> dict[Any, list[dict[str, Any]]]:
    rows: dict[Any, list[dict[str, Any]]] = {
        model: []
        for model in (
            tables.Stint,
            tables.Suspension,
            tables.ElderTier,
            tables.ElderResidence,
            tables.FrequencyOverride,
            tables.Visit,
        )
    }
    for facts in people:
        of_elder = {"elder_id": facts.elder_id, "village": facts.village}
        rows[tables.Stint] += [
            {
                **of_elder,
                "id": _an_id(),
                "starts_on": each.starts_on,
                "last_day_on": each.last_day_on,
                "ending": each.ending,
                "reported_on": each.reported_on,
                "found_on": each.found_on,
                "proof": each.proof,
                "approved": each.approved,
            }
            for each in facts.stints
        ]
        rows[tables.Suspension] += [
            {
                **of_elder,
                "id": _an_id(),
                "starts_on": each.starts_on,
                "ends_on": each.ends_on,
                "reason": each.reason,
                "reported_on": each.reported_on,
                "proof": each.proof,
                "state": "confirmed" if each.confirmed else "provisional",
                "approved": each.approved,
                "version": 1,
            }
            for each in facts.suspensions
        ]
        rows[tables.ElderTier] += [
            {
                **of_elder,
                "id": _an_id(),
                "tier": each.tier.value if each.tier else None,
                "provisional": False,
                "valid_from": each.from_day,
                "duty_from": each.from_day,
                "basis": "declared",
                "reasons": [],
                "decided_at": datetime(2023, 8, 1, tzinfo=UTC),
            }
            for each in facts.tiers
        ]
        rows[tables.ElderResidence] += [
            {**of_elder, "id": _an_id(), "lives_in": each.village, "from_day": each.from_day}
            for each in facts.residences
        ]
        rows[tables.FrequencyOverride] += [
            {
                **of_elder,
                "id": _an_id(),
                "from_day": each.from_day,
                "until": each.until,
                "frequency": frequency_document(each.frequency),
                "reason": b"",
            }
            for each in facts.overrides
        ]
        rows[tables.Visit] += [visit_row(facts, each) for each in facts.visits]
    return rows


def visit_row(facts: ElderFacts, visit: Any) -> dict[str, Any]:
    """A record of the register from what judging reads of it."""
    voided = visit.blocked == "voided"
    return {
        "id": visit.id,
        "source": "office:350303",
        "external_id": str(visit.id),
        "external_version": 1,
        "content_hash": b"",
        "elder_id": facts.elder_id,
        "village": facts.village,
        "visit_no": 1,
        "visited_on": visit.visited_on,
        "method": visit.method.value,
        "place": visit.place.value,
        "outcome": visit.outcome.value,
        "refused_by_elder": visit.refused_by_elder,
        "refusal_conclusive": visit.refusal_conclusive,
        "worker_kind": "grid_worker",
        "standing": "voided" if voided else "accepted",
        "blocked": None if voided else visit.blocked,
        "late": visit.late,
        "flags": [],
        "recorded_on": visit.recorded_on,
        "received_at": datetime(2026, 11, 1, tzinfo=UTC),
        "version": 1,
        "sealed": b"",
    }


def _an_id() -> UUID:
    return UUID(int=0x7000 << 64 | next(_numbers))
