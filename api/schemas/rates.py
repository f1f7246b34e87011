"""月探访率 on the wire: counts, rates, and the people behind a count."""

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import Field

from api.domain.policy import Tier
from api.schemas.base import Out
from api.schemas.figures import CountedElderOut


class By(StrEnum):
    VILLAGE = "village"  # 按村（社区）
    TOWNSHIP = "township"  # 按乡镇（街道）
    CATEGORY = "category"  # 按对象类型，一人可属多类
    TIER = "tier"  # 按重点、一般
    PROVIDER = "provider"  # 按服务力量


Grouping = Literal[By.VILLAGE, By.TOWNSHIP, By.CATEGORY, By.TIER]  # what is added up of villages' sums


class MonthState(StrEnum):
    RUNNING = "running"  # 当月进行中
    OPEN = "open"  # 已结束，未封账
    CLOSED = "closed"  # 已封账
    NOT_TRACKED = "not_tracked"  # 尚未开始统计


class Group(StrEnum):
    """Whom a list names: everybody whom one count counts, or who lacks something."""

    DUE = "due"  # 应访
    UNVISITED = "unvisited"  # 应访而未上门
    INCOMPLETE = "incomplete"  # 频次未达标
    VISITED_HOME = "visited_home"  # 已上门探访
    VISITED_ANY = "visited_any"  # 已探访（含电话视频）
    FULLY_COMPLIANT = "fully_compliant"  # 频次达标
    OBLIGATIONS = "obligations"  # 有应访任务
    OBLIGATIONS_MET = "obligations_met"  # 有已完成的应访任务
    EXCUSED = "excused"  # 免访
    EXCUSED_PENDING = "excused_pending"  # 免访待核定
    EXCUSED_PROVISIONAL = "excused_provisional"  # 免访待乡镇确认
    EXCUSED_BACKDATED = "excused_backdated"  # 补报免访
    REFUSED = "refused"  # 本人拒访
    DECLINED = "declined"  # 不接受探访服务
    CONSENT_PENDING = "consent_pending"  # 尚无本人意见
    NOT_CONFIRMED = "not_confirmed"  # 尚未确定
    NEW_NOT_DUE = "new_not_due"  # 新确定，本期不计
    EXITED = "exited"  # 当月退出
    DEATHS_UNSEEN = "deaths_unseen"  # 去世前未按期探访
    LATE = "late"  # 有迟报记录
    VOIDED = "voided"  # 有作废记录
    SEEN_ELSEWHERE = "seen_elsewhere"  # 在他处见到


class RatesOut(Out):
    """Percentages with two places; null where nothing was due."""

    visit_rate: str | None = Field(description="月探访率 (R1)", examples=["98.67"])
    frequency_rate: str | None = Field(description="频次达标率 (R2)", examples=["96.00"])
    obligation_rate: str | None = Field(description="应访完成率 (R2b)", examples=["97.20"])
    contact_rate: str | None = Field(description="含电话视频探访率 (R3)", examples=["99.33"])


class FiguresOut(RatesOut):
    """Counts, the rates, and what stands beside them.

    A running month has ``progress`` (done ÷ owed in the whole month) beside ``elapsed`` and no rates. Counts and
    rates are those of now; a closed month has beside them the rates as ``frozen`` and as ``restated`` since.
    ``below_target``: whether the visit rate misses the policy's; null while the month runs and where nothing was
    due. A count is null where the reader may not see small numbers.
    """

    due_elders: int | None
    visited_home: int | None
    visited_any: int | None
    fully_compliant: int | None
    obligations: int | None
    obligations_met: int | None
    excused: int | None
    excused_pending: int | None
    excused_provisional: int | None
    excused_backdated: int | None
    refused: int | None
    declined: int | None
    consent_pending: int | None
    not_confirmed: int | None
    new_not_due: int | None
    exited: int | None
    deaths_unseen: int | None
    late: int | None
    voided: int | None
    seen_elsewhere: int | None
    below_target: bool | None
    progress: str | None
    elapsed: str | None
    frozen: RatesOut | None
    restated: RatesOut | None


class FigureRowOut(FiguresOut):
    """One village, township, tier or category; ``none`` collects whoever has no tier."""

    key: str
    name: str


class VisitRatesOut(Out):
    month: str
    by: Grouping
    state: MonthState
    policy_version: str
    total: FiguresOut
    rows: list[FigureRowOut]


class ProviderFiguresOut(Out):
    """Obligations whose elder was assigned to the provider on most days of their period (A30).

    ``rate``: met by own ÷ (assigned − met by others); a running month has it as ``progress`` beside ``elapsed``.
    What is neither met nor missed still runs. A count is null where the reader may not see small numbers.
    """

    assigned: int | None
    met_by_own: int | None
    met_by_others: int | None
    missed: int | None
    rate: str | None = Field(examples=["100.00"])
    progress: str | None
    elapsed: str | None


class ProviderFiguresRowOut(ProviderFiguresOut):
    """One provider; ``key``: its id."""

    key: str
    name: str


class ProviderRatesOut(Out):
    """``total``: of all rows; who was assigned to two providers at once is in both of theirs."""

    month: str
    by: Literal[By.PROVIDER]
    state: MonthState
    policy_version: str
    total: ProviderFiguresOut
    rows: list[ProviderFiguresRowOut]


class BehindOut(Out):
    """One person behind a count. ``tier`` and ``counted_village``: as the month counts them."""

    elder: CountedElderOut
    tier: Tier | None
    counted_village: str
    obligations: int
    obligations_met: int
    last_seen_on: date | None
