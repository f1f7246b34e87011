"""Of one visit that two sources tell of one record counts; when that one stands no more, another does (A16)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from api.domain.credits import NotCounted
from api.domain.flags import FlagCode, Seen, probable_duplicate
from api.domain.identity import fold_name
from api.domain.months import civil_date
from api.domain.visits import Standing
from api.store import Registers
from api.store.history import Change
from api.store.subjects import Household
from api.store.visits import Contact

COUNT = "count"
"""What the history calls it when a record counts because the one before it stands no more."""


async def let_others_count(registers: Registers, gone: Sequence[Any]) -> None:
    """Beside each record that is ``gone`` for good, the first that was kept back for its sake; elders are locked.

    What keeps a record back besides, its age or the review of a death, keeps it back still. Months are judged by
    whoever took the records away.
    """
    rows = await registers.visits.kept_back({row.elder_id for row in gone}, NotCounted.PROBABLE_DUPLICATE)
    days = {(row.elder_id, row.visited_on) for row in gone}
    waiting = {row.id: row for row in rows if (row.elder_id, row.visited_on) in days}
    if not waiting:
        return
    elder_ids = {row.elder_id for row in waiting.values()}
    contacts = await registers.visits.contacts(elder_ids, min(row.visited_on for row in waiting.values()))
    names = await registers.workers.names(
        each.worker_id for known in contacts.values() for each in known if each.worker_id
    )
    subjects = await registers.subjects.lock(elder_ids)
    households = await registers.subjects.households(subjects.values())
    for row in list(waiting.values()):
        others = [each for each in contacts[row.elder_id] if each.visit_id not in waiting]
        if _stands_alone(row, others, names):
            del waiting[row.id]
            await _count(registers, row, await _kept_back_by(registers, row, households[row.elder_id]))


def _stands_alone(row: Any, others: Collection[Contact], names: Mapping[UUID, str]) -> bool:
    """Whether nobody else tells of the same visit with a record that counts."""
    same_day = [
        Seen(each.source, fold_name(names.get(each.worker_id, "")))
        for each in others
        if each.worker_id
        and (each.visited_on, each.outcome) == (row.visited_on, row.outcome)
        and each.standing == Standing.ACCEPTED
    ]
    return probable_duplicate(row.source, fold_name(names.get(row.worker_id, "")), same_day) is None


async def _kept_back_by(registers: Registers, row: Any, household: Household) -> str | None:
    if household.found_on is not None and row.visited_on < household.found_on <= registers.today:
        return NotCounted.INCIDENT_REVIEW.value
    policy = (await registers.places.book_for(row.village)).on(registers.today)
    return NotCounted.AWAITING_ACCEPTANCE.value if _age(row) > policy.acceptance_after_days else None


def _age(row: Any) -> int:
    heard: date = civil_date(row.received_at)
    return int((heard - row.visited_on).days)


async def _count(registers: Registers, row: Any, blocked: str | None) -> None:
    kept = [flag for flag in row.flags if flag["code"] != FlagCode.PROBABLE_DUPLICATE]
    after = await registers.visits.change(row, blocked=blocked, flags=kept)
    said = {"blocked": (row.blocked, blocked)}
    await registers.history.record([Change("visit", row.id, row.village, after.version, COUNT, said)])
