"""Being turned away again and again: a talk about what the elder wants, and a second look at the records (A33)."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from api.domain.months import Month
from api.domain.open_items import DECIDE_DAYS, DutyTask
from api.domain.refusals import runs_to_talk_about, too_many
from api.schemas.refusals import MOST_REFUSED, RefusalShareOut, RefusalsOut
from api.store import Registers
from api.store.tasks import NewTask


async def open_consent_talks(registers: Registers, elder_ids: Iterable[UUID]) -> None:
    """The third period in a row was refused: the township talks with the elder. One talk for one run."""
    today = registers.today
    due_on = today + timedelta(days=DECIDE_DAYS)
    talks = [
        NewTask(elder_id, known.village, DutyTask.CONSENT_TALK, first, today, due_on)
        for elder_id, known in (await registers.refusals.periods(elder_ids)).items()
        for first in runs_to_talk_about(known.states)
    ]
    await registers.tasks.open(talks)


async def refusals_to_look_into(registers: Registers, month: Month, area: str | None) -> RefusalsOut:
    """Workers and villages above the policy's share, each with the records that say so."""
    shares = await registers.refusals.shares(month, area)
    book = await registers.places.book_for(area or registers.actor.areas[0])
    percent = book.on(min(month.last, registers.today)).refusal_sample_percent
    found = too_many(shares, percent)
    data = [
        RefusalShareOut(
            by=share.by,
            worker_id=share.worker_id,
            village=share.village,
            refused=share.refused,
            records=share.records,
            visits=await registers.refusals.records(month, area, share, MOST_REFUSED),
        )
        for share in found
    ]
    registers.trace.saw(visit_id for share in data for visit_id in share.visits)
    return RefusalsOut(month=str(month), percent=percent, data=data)
