"""Comparing what a sender believes it has sent with what is stored: names, versions and hashes."""

from datetime import date
from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from api.schemas.base import CivilDate, In, Out
from api.schemas.visits import Sha256, Version

RecordName = Annotated[str, StringConstraints(pattern=r"^~?[A-Za-z0-9._:-]{1,64}$", max_length=80)]
MOST_RECORDS = 15_000  # with names of some length a body holds no more


class PeriodIn(In):
    """Both days included; the days are those of the visits."""

    starts_on: CivilDate
    ends_on: CivilDate


class SentRecordIn(In):
    external_id: RecordName
    version: Version
    sha256: Sha256


class ReconcileIn(In):
    """What the sender holds of a period."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "period": {"starts_on": "2026-11-01", "ends_on": "2026-11-30"},
                    "items": [{"external_id": "A-1", "version": 1, "sha256": "0" * 64}],
                }
            ]
        }
    )

    period: PeriodIn
    items: Annotated[list[SentRecordIn], Field(max_length=MOST_RECORDS)]


class PeriodOut(Out):
    starts_on: date
    ends_on: date


class StoredRecordOut(Out):
    """A record as it is stored here: other words, or another version, than the sender has."""

    external_id: str
    version: int
    sha256: str


class ReconciledOut(Out):
    """`missing`: the sender has them and we do not; `unexpected`: the other way round. `matched` are the same."""

    period: PeriodOut
    matched: int
    missing: list[str]
    mismatched: list[StoredRecordOut]
    unexpected: list[str]
