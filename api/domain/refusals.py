"""Elders who turn visitors away (拒访; rule A33): when to talk with them, and where refusals are too many."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from uuid import UUID

from api.domain.charges import ObligationState

TALK_AFTER = 3  # refused periods in a row
_NOT_ASKED = (ObligationState.EXCUSED, ObligationState.WAIVED)


def runs_to_talk_about(periods: Iterable[tuple[str, ObligationState]]) -> list[str]:
    """The first period of every run of refused ones that calls for a talk about consent.

    ``periods``: label and state, in order of time. One in which nothing was owed neither makes nor breaks a run.
    """
    asked = [each for each in periods if each[1] not in _NOT_ASKED]
    runs = (list(run) for refused, run in groupby(asked, key=_refused) if refused)
    return [run[0][0] for run in runs if len(run) >= TALK_AFTER]


def _refused(period: tuple[str, ObligationState]) -> bool:
    return period[1] is ObligationState.REFUSED


class RefusalsBy(StrEnum):
    WORKER = "worker"  # 服务人员
    VILLAGE = "village"  # 村（居）


@dataclass(frozen=True, slots=True)
class RefusalShare:
    """Of so many standing records of a worker, or in a village, in a month, so many say refused."""

    by: RefusalsBy
    worker_id: UUID | None
    village: str | None
    refused: int
    records: int

    def above(self, percent: int) -> bool:
        return self.refused * 100 > self.records * percent


def too_many(shares: Iterable[RefusalShare], percent: int) -> list[RefusalShare]:
    """Those into whose refusals somebody should look."""
    return [share for share in shares if share.above(percent)]
