"""Safety hazards on the wire (安全隐患)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import ConfigDict, StrictBool

from api.domain.hazards import HazardKind, HazardState, Reminder, ReminderMeans, Severity
from api.schemas.base import CivilDate, In, Instant, Out, ShortText, Text500
from api.schemas.elder_views import VersionOut


def _example(**values: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [values]})


class HazardReportIn(In):
    """A hazard seen apart from any visit. ``text``: needed of the kind ``other``."""

    model_config = _example(kind="gas", severity="general", text="灶具软管老化", reminded=True)

    elder_id: UUID
    kind: HazardKind
    severity: Severity = Severity.GENERAL
    text: Text500 | None = None
    reminded: StrictBool | None = None


class RemindIn(In):
    """Who was told to remove it, how, and when: now unless said."""

    model_config = _example(to="老人儿子", means="phone")

    to: ShortText
    means: ReminderMeans
    at: Instant | None = None


class ResolveIn(In):
    """``how`` it was removed; ``seen_on``: when somebody saw that it is gone."""

    model_config = _example(how="已更换灶具软管", seen_on="2026-11-03")

    how: Text500
    seen_on: CivilDate


class EscalateIn(In):
    """Why it cannot wait."""

    model_config = _example(text="多次提醒仍未整改")

    text: Text500


class HazardCaseOut(Out):
    """A hazard of a household. ``elder_id``: at whose home it was first seen.

    ``repeated``: there again after a reminder. ``safe_on``: found gone once since it was last seen.
    ``due_on``: by when it is to be gone. ``escalation_id``: the risk that it was reported as.
    """

    id: UUID
    elder_id: UUID
    household_id: UUID | None
    village: str
    kind: HazardKind
    severity: Severity
    state: HazardState
    reminder: Reminder
    reminded_at: datetime | None
    repeated: bool
    times_seen: int
    first_seen_on: date
    last_seen_on: date
    due_on: date
    safe_on: date | None
    resolved_on: date | None
    escalation_id: UUID | None
    source_visit: UUID | None
    reported_by: UUID | None
    created_at: datetime
    version: int
    etag: str


class ResidentOut(Out):
    id: UUID
    short_no: str


class HazardStoryOut(Out):
    """A hazard in its own words, everybody on the roll at whose home it is, and all that was done about it."""

    hazard: HazardCaseOut
    text: str | None
    reminded_to: str | None
    reminded_by_means: ReminderMeans | None
    resolved_how: str | None
    elders: list[ResidentOut]
    history: list[VersionOut]
