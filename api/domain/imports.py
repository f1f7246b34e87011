"""What became of a file that an office sent in: row by row, and in figures."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from api.domain.errors import Conflict, Fault, WrongState


class FileKind(StrEnum):
    ELDERS = "elders"  # 台账
    VISITS = "visits"  # 探访记录
    LEADS = "leads"  # 摸排线索


class ImportState(StrEnum):
    RUNNING = "running"  # 处理中
    DONE = "done"  # 已完成
    FAILED = "failed"  # 未能处理
    UNDOING = "undoing"  # 正在撤回
    WITHDRAWN = "withdrawn"  # 已撤回


class RowResult(StrEnum):
    CREATED = "created"  # 新增
    UPDATED = "updated"  # 已更新
    UNCHANGED = "unchanged"  # 无变化
    PROPOSED = "proposed"  # 与在册不同，待乡镇决定
    HELD = "held"  # 待乡镇认定
    REJECTED = "rejected"  # 未受理


@dataclass(slots=True)
class RowReport:
    """What became of one row, as Excel numbers it; the pointer of faults and warnings is the printed heading.

    ``version``: which of the record's versions the row made; None where it changed nothing.
    """

    sheet: str
    row: int
    external_id: str | None = None
    result: RowResult = RowResult.REJECTED
    id: UUID | None = None
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()
    version: int | None = None

    @property
    def rejected(self) -> bool:
        return self.result is RowResult.REJECTED

    @property
    def unsettled(self) -> bool:
        """Whether somebody has to look at the row again."""
        return self.result in (RowResult.REJECTED, RowResult.HELD)

    def refuse(self, faults: Iterable[Fault]) -> None:
        self.result, self.id, self.version, self.faults = RowResult.REJECTED, None, None, tuple(faults)


def figures(items: Sequence[RowReport]) -> Mapping[str, int]:
    """How many rows there are, and how many of them came to what."""
    counts = Counter(item.result for item in items)
    return {"rows": len(items), **{result.value: counts[result] for result in RowResult}}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """``problems`` kept a sheet from being read; ``warnings`` say what of the file was passed over.

    ``areas``: in which whoever brought it worked, be it for somebody else; whoever reads of it works in all of them.
    ``stats``: how many rows came to what. ``supersedes``: the file that this one corrects. Of a file that is being
    taken back ``rows_done`` is how far that is, and ``problems`` what is in its way.
    """

    id: UUID
    kind: FileKind
    mode: str
    atomic: str
    source: str
    area: str
    state: ImportState
    created_at: datetime
    finished_at: datetime | None = None
    rows_read: int | None = None
    rows_done: int | None = None
    supersedes: UUID | None = None
    stats: Mapping[str, int]
    problems: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()
    areas: tuple[str, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether nothing was taken in, because not everything could be."""
        return self.atomic == "all" and self.stats[RowResult.REJECTED] > 0

    @property
    def brought(self) -> int:
        """How many rows left something behind that can be taken back."""
        return sum(self.stats[result] for result in (RowResult.CREATED, RowResult.UPDATED, RowResult.HELD))


ROLL_BACK_WITHIN = timedelta(hours=24)


def check_rollback(report: FileReport, now: datetime) -> None:
    """A file that was taken in can be taken back whole, for a day; one whose taking back began, at any time.

    Raises WrongState, Conflict.
    """
    if report.state is ImportState.UNDOING:
        return
    if report.state is not ImportState.DONE:
        raise WrongState(report.state.value, [ImportState.DONE.value])
    if now - (report.finished_at or report.created_at) > ROLL_BACK_WITHIN:
        raise Conflict("rollback_too_late", hours=int(ROLL_BACK_WITHIN.total_seconds()) // 3600)
