"""The worklist on the wire: who needs a visit now, where, and why."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from api.domain.hazards import HazardKind
from api.domain.policy import Tier
from api.domain.standings import WorklistStanding
from api.schemas.base import Out
from api.schemas.elder_views import ContactOut, PhoneOut
from api.schemas.paging import Page


class WorklistReason(StrEnum):
    MISSED_PERIOD = "missed_period"  # 上期漏访
    PERIOD_OPEN = "period_open"  # 本期应访
    FIRST_VISIT_DUE = "first_visit_due"  # 首次探访
    OVERRIDE_DUE = "override_due"  # 个别加密探访
    SURGE_DUE = "surge_due"  # 节日、恶劣天气加密探访
    TIER_PROVISIONAL = "tier_provisional"  # 类别待核实，可能升为重点


class WorklistReasonOut(Out):
    """``period`` and ``due_on`` where the reason has them."""

    code: WorklistReason
    period: str | None
    due_on: date | None


class VisitorNoteOut(Out):
    """What to mind at the door: a hazard nobody has resolved yet."""

    hazard: HazardKind
    since: date


class WorklistElderOut(Out):
    """Door and numbers in full for the liaison of the village, and for a provider that is sent under a contract with
    the data clause; masked for everybody else, for other providers with the name."""

    id: UUID
    short_no: str
    name: str
    address: str
    phones: list[PhoneOut]
    primary_contact: ContactOut | None
    tier: Tier
    last_seen_on: date | None
    notes_for_visitor: list[VisitorNoteOut]


class WorklistLineOut(Out):
    """``period``: the period that ends on ``due_on``; null when something else is due that day."""

    elder: WorklistElderOut
    due_on: date
    standing: WorklistStanding
    period: str | None
    reasons: list[WorklistReasonOut]


class WorklistPartOut(Out):
    standing: WorklistStanding
    tier: Tier
    count: int


class WorklistOut(Page[WorklistLineOut]):
    """``summary`` counts the whole list and comes with its first page only."""

    summary: list[WorklistPartOut] | None
