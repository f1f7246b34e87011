"""Referrals as they are shown: a line of a list, one whole, and their sums."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from api.domain.errors import Fault
from api.domain.referrals import ReferralState, is_late
from api.messages.code_words import CODE_TABLES
from api.schemas.etags import etag_of
from api.schemas.referrals import (
    AttemptOut,
    ReferralLineOut,
    ReferralOut,
    ReferralSummaryOut,
    StageCountsOut,
    SummaryBy,
    SummaryRowOut,
)
from api.store import Registers
from api.store.referrals import COUNTS, Attempts, Summed
from api.usecases.standing import refuse

_TOLD = ("text", "purpose", "note")
_KINDS = {code.code: code.zh for code in CODE_TABLES["referral_kind"].codes}


def referral_line(row: Any, today: date) -> ReferralLineOut:
    stored = _stored(row, ReferralLineOut.model_fields.keys() - {"etag", "late"})
    late = is_late(ReferralState(row.state), row.due_on, today)
    return ReferralLineOut(**stored, late=late, etag=etag_of(row.version))


async def referral_out(registers: Registers, row: Any) -> ReferralOut:
    """With every body that was asked."""
    told = registers.referrals.details(row)
    attempts = await registers.referrals.attempts.of(row.id)
    said = {name: told.get(name) for name in _TOLD}
    return ReferralOut(
        **{**_stored(row, ReferralOut.model_fields.keys() - {"etag", "attempts", *_TOLD}), **said},
        attempts=[_attempt_out(registers.referrals.attempts, each) for each in attempts],
        etag=etag_of(row.version),
    )


def _attempt_out(attempts: Attempts, attempt: Any) -> AttemptOut:
    told = attempts.details(attempt)
    return AttemptOut(
        **_stored(attempt, AttemptOut.model_fields.keys() - {"target", "reason"}),
        target=told.get("target"),
        reason=told.get("reason"),
    )


def _stored(row: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


async def referral_summary(
    registers: Registers, area: str | None, since: date, until: date, by: SummaryBy
) -> ReferralSummaryOut:
    """What became of the referrals asked for from ``since`` to before ``until``."""
    if until < since:
        refuse([Fault("dates_out_of_order", "/query/to")])
    township = by is SummaryBy.TOWNSHIP
    summed = await registers.referrals.summary(area, since, until, registers.today, by_township=township)
    names = await _townships(registers) if township else _KINDS
    return ReferralSummaryOut(
        since=since,
        until=until,
        by=by,
        total=StageCountsOut(**_total(summed)),
        rows=[SummaryRowOut(key=each.key, name=names[each.key], **each.counts) for each in summed],
    )


def _total(summed: Iterable[Summed]) -> Mapping[str, int]:
    rows = list(summed)
    return {name: sum(each.counts[name] for each in rows) for name in COUNTS}


async def _townships(registers: Registers) -> Mapping[str, str]:
    return {unit.code: unit.name for unit in (await registers.places.gazetteer()).all()}
