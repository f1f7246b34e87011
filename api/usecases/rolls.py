"""A whole roll taken in as confirmed: every row's own day is the day of its decisions (rule A36)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from api.domain.consents import Word
from api.domain.elders import Circumstances, ElderState
from api.domain.errors import WrongState
from api.domain.facts import DECLINED
from api.domain.open_items import DutyTask
from api.domain.policy import Policy
from api.domain.registration import open_boxes
from api.domain.reviews import first_review, review_slot
from api.domain.timelines import DatedCategory, DatedTier, Outlook, category_rows, outlook, tier_rows
from api.store import Registers
from api.store.confirming import change_many
from api.store.stints import Ending
from api.store.tables import Elder
from api.store.tasks import NewTask
from api.usecases.elder_files import form_of
from api.usecases.pacing import paced
from api.usecases.standing import new_task, rejudge_many_from
from api.usecases.tiers import columns_on, raise_of

_UNCONFIRMED = (ElderState.DRAFT, ElderState.VERIFIED)


@dataclass(frozen=True, slots=True)
class RollDecision:
    """What a row of the roll decides. ``confirmed_on``: its 建档日期. ``word``: 是 given, 否 refused, or none."""

    confirmed_on: date
    word: Word | None = None

    @property
    def declined(self) -> bool:
        return self.word is Word.REFUSED


@dataclass(frozen=True, slots=True)
class _Row:
    elder: Elder
    decision: RollDecision
    ahead: Outlook
    tiers: tuple[DatedTier, ...]
    categories: tuple[DatedCategory, ...]
    review_due_on: date
    complete: bool


async def confirm_many(registers: Registers, elder_ids: Sequence[UUID], decisions: Mapping[UUID, RollDecision]) -> None:
    """Confirm many drafts as their rows say, set-based; the rows passed ``roll_faults`` before.

    Tier and categories follow from the files, which hold what the roll declares. A row that says no makes a
    file that declined, with a stint that ends before it starts. What the roll leaves open is one task each,
    due at the first review; those are spread over half a year. Raises WrongState for somebody confirmed.
    """
    elders = await registers.elders.many(elder_ids, lock=True)
    circumstances = await registers.elders.circumstances_of_many(elders)
    rows = [await _row(registers, elder, circumstances[elder.id], decisions[elder.id]) async for elder in paced(elders)]
    await _store(registers, rows)
    await change_many(registers.desk, "confirm", [(row.elder, _columns(registers, row)) for row in rows])
    await registers.tasks.open([_open_item(registers, row) for row in rows if not row.complete])
    await rejudge_many_from(registers, [(row.elder.id, row.elder.village, row.decision.confirmed_on) for row in rows])


async def _row(registers: Registers, elder: Elder, circumstances: Circumstances, decision: RollDecision) -> _Row:
    if ElderState(elder.status) not in _UNCONFIRMED:
        raise WrongState(elder.status, sorted(state.value for state in _UNCONFIRMED))
    policy = (await registers.places.book_for(elder.village)).on(decision.confirmed_on)
    details = registers.elders.details(elder)
    ahead = outlook(
        circumstances,
        policy,
        decision.confirmed_on,
        by_people=True,
        raised=raise_of(details),
        assessed_on=elder.assessed_on,
    )
    slot = review_slot(elder.village, elder.id, policy)
    return _Row(
        elder,
        decision,
        ahead,
        tier_rows((), ahead),
        category_rows(circumstances, policy, ahead),
        first_review(registers.today, slot, policy),
        decision.declined or not _leaves_open(elder, details, ahead, policy),
    )


def _leaves_open(elder: Elder, details: Mapping[str, Any], ahead: Outlook, policy: Policy) -> bool:
    unknown = bool(ahead.today.unknown) or ahead.today.provisional
    return unknown or bool(open_boxes(form_of(elder, details), policy, None))


async def _store(registers: Registers, rows: Sequence[_Row]) -> None:
    await registers.stints.begin_many(
        [(row.elder.id, row.elder.village, row.decision.confirmed_on, _ending(row)) for row in rows]
    )
    await registers.tiers.add_many([(row.elder.id, row.elder.village, tier) for row in rows for tier in row.tiers])
    await registers.tiers.add_categories(
        [(row.elder.id, row.elder.village, category) for row in rows for category in row.categories]
    )
    await registers.consents.record_many(
        [
            (row.elder.id, row.elder.village, row.decision.word, row.decision.confirmed_on)
            for row in rows
            if row.decision.word is not None and row.decision.word != row.elder.consent  # the draft's own word
        ]
    )


def _ending(row: _Row) -> Ending | None:
    eve = row.decision.confirmed_on - timedelta(days=1)
    return Ending(eve, DECLINED) if row.decision.declined else None


def _columns(registers: Registers, row: _Row) -> dict[str, Any]:
    word, day = row.decision.word, row.decision.confirmed_on
    status = ElderState.DECLINED if row.decision.declined else ElderState.CONFIRMED
    return {
        **columns_on(registers.today, row.tiers, row.categories),
        "status": status.value,
        "consent": word.value if word else row.elder.consent,
        "consented_on": row.elder.consented_on or (day if word is Word.GIVEN else None),
        "confirmed_on": day,
        "review_due_on": row.review_due_on,
    }


def _open_item(registers: Registers, row: _Row) -> NewTask:
    return new_task(row.elder, DutyTask.COMPLETE_AT_REVIEW, registers.today, row.review_due_on)
