"""Referrals on the wire (转介)."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, StrictBool

from api.domain.consents import SpokenBy
from api.domain.referrals import AttemptAnswer, ReferralKind, ReferralState
from api.schemas.base import CivilDate, In, Out, ShortText, Text500


def _example(**values: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [values]})


_CONSENT = {"given_by": "self", "on": "2026-11-03", "purpose": "联系居家照料服务"}


class ReferralConsentIn(In):
    """Whose yes it is that another body is told, since when, and what for."""

    given_by: SpokenBy
    on: CivilDate
    purpose: ShortText | None = None


class ReferIn(In):
    """About one of: a need; an elder and a kind; a notice of a severe disease, which is settled by it.

    To one of: a body from the directory; a body in words. Rescue does not wait for consent.
    """

    model_config = _example(kind="daily_care", target_text="江口镇长者食堂", consent=_CONSENT, text="每日午餐送餐上门")

    need_id: UUID | None = None
    elder_id: UUID | None = None
    task_id: UUID | None = None
    kind: ReferralKind | None = None
    target_id: UUID | None = None
    target_text: ShortText | None = None
    consent: ReferralConsentIn | None = None
    urgent: StrictBool = False
    text: Text500 | None = None


class RejectIn(In):
    """Why the body does not do it."""

    model_config = _example(reason="服务名额已满")

    reason: Text500


class RetargetIn(In):
    """The next body, from the directory or in words. ``reason``: why the last one is not waited for."""

    model_config = _example(target_text="涵江区医院", reason="多次联系未答复")

    target_id: UUID | None = None
    target_text: ShortText | None = None
    reason: Text500 | None = None


class DeliverIn(In):
    """``on``: when help arrived, today unless said."""

    model_config = _example(note="已开始送餐")

    on: CivilDate | None = None
    note: Text500 | None = None


class ReferralCloseIn(In):
    model_config = _example(note="服务稳定，予以办结")

    note: Text500 | None = None


class ReferralReasonIn(In):
    model_config = _example(reason="老人反映服务中断")

    reason: Text500


class ReferralLineOut(Out):
    """``due_on``: of the next step, ``deliver_by``: of the help itself. ``late``: as of today."""

    id: UUID
    elder_id: UUID
    village: str
    kind: ReferralKind
    state: ReferralState
    urgent: bool
    need_id: UUID | None
    target_id: UUID | None
    target_name: str | None
    requested_on: date
    deliver_by: date
    due_on: date | None
    late: bool
    rejections: int
    eased: bool | None
    etag: str


class AttemptOut(Out):
    """One body that was asked. ``target``: as it was called then. ``answer``: null while there is none."""

    ordinal: int
    target_id: UUID | None
    target: str | None
    asked_at: datetime
    answer: AttemptAnswer | None
    answered_at: datetime | None
    reason: str | None
    delivered_on: date | None


class ReferralOut(Out):
    """A referral and every body that was asked, in order; ``note``: what was said last."""

    id: UUID
    elder_id: UUID
    village: str
    kind: ReferralKind
    state: ReferralState
    urgent: bool
    need_id: UUID | None
    source_task: UUID | None
    consent_by: SpokenBy | None
    consent_on: date | None
    purpose: str | None
    text: str | None
    note: str | None
    attempts: list[AttemptOut]
    requested_by: UUID | None
    requested_on: date
    deliver_by: date
    due_on: date | None
    accepted_on: date | None
    rejections: int
    delivered_on: date | None
    followed_up_on: date | None
    eased: bool | None
    closed_on: date | None
    etag: str


class SummaryBy(StrEnum):
    KIND = "kind"  # 按转介类型
    TOWNSHIP = "township"  # 按乡镇（街道）


class StageCountsOut(Out):
    """Referrals that have reached each stage, whatever became of them later; ``late``: as of today."""

    requested: int
    accepted: int
    rejected: int = Field(description="at least one body refused")
    delivered: int
    followed_up: int
    eased: int = Field(description="by the latest follow-up")
    late: int


class SummaryRowOut(StageCountsOut):
    """``key``: a kind of referral, or the code of a township."""

    key: str
    name: str


class ReferralSummaryOut(Out):
    """Of what was asked for from ``since`` to before ``until``; the rows add up to ``total``."""

    since: date
    until: date
    by: SummaryBy
    total: StageCountsOut
    rows: Annotated[list[SummaryRowOut], Field(max_length=1000)]
