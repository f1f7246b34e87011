"""An elder on the roll: states and commands, abilities, and the facts that categories and tier are judged by.

Plan 三(三), 附件2, 附件3. Every fact may be unknown (None): what is not known decides nothing.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from api.domain.days import age_on
from api.domain.errors import Fault, Refused
from api.domain.family import Child, Relative
from api.domain.logic import Known
from api.domain.machines import Machine, move
from api.domain.policy import Policy, Tier


class Category(StrEnum):
    KINLESS = "kinless"  # 孤寡
    LIVING_ALONE = "living_alone"  # 独居
    EMPTY_NEST = "empty_nest"  # 空巢
    LEFT_BEHIND = "left_behind"  # 留守
    IMPAIRED = "impaired"  # 失能
    SEVERELY_DISABLED = "severely_disabled"  # 重残
    FAMILY_PLANNING_SPECIAL = "family_planning_special"  # 计划生育特殊家庭

    @property
    def word(self) -> str:
        """The Chinese word, as offices write it."""
        return _CATEGORY_WORDS[self]


_CATEGORY_WORDS = dict(zip(Category, ("孤寡", "独居", "空巢", "留守", "失能", "重残", "计划生育特殊家庭"), strict=True))


class EconomicKind(StrEnum):
    EXTREME_HARDSHIP = "extreme_hardship"  # 特困人员
    MINIMUM_ALLOWANCE = "minimum_allowance"  # 低保
    NEAR_ALLOWANCE = "near_allowance"  # 低保边缘
    OTHER = "other"  # 其他


# --- states -------------------------------------------------------------------------------------------


class ElderState(StrEnum):
    DRAFT = "draft"  # 摸排建档
    VERIFIED = "verified"  # 入户核实
    CONFIRMED = "confirmed"  # 确定为服务对象
    SUSPENDED = "suspended"  # 暂停（住院、外出）
    EXITED = "exited"  # 退出
    DECLINED = "declined"  # 不愿接受探访，仍在册


class ExitKind(StrEnum):
    DEATH = "death"  # 死亡
    MOVED_OUT = "moved_out"  # 迁出
    INSTITUTION = "institution"  # 入住养老机构
    INELIGIBLE = "ineligible"  # 不再符合条件
    MERGED = "merged"  # 重复建档合并


class Command(StrEnum):
    VERIFY = "verify"  # 核实
    CONFIRM = "confirm"  # 确定服务对象
    DECLINE = "decline"  # 拒绝或撤回同意
    SUSPEND = "suspend"  # 暂停
    RESUME = "resume"  # 恢复
    EXIT = "exit"  # 退出
    REINSTATE = "reinstate"  # 误退恢复，视同从未退出
    RE_ENTER = "re_enter"  # 重新纳入，重新起算
    INCLUDE = "include"  # 手工纳入


_S = ElderState
LIFE: Machine[ElderState, Command] = Machine(
    {
        Command.VERIFY: move(_S.DRAFT, to=_S.VERIFIED),
        Command.CONFIRM: move(_S.VERIFIED, _S.DECLINED, to=_S.CONFIRMED),
        Command.DECLINE: move(_S.VERIFIED, _S.CONFIRMED, _S.SUSPENDED, to=_S.DECLINED),
        Command.SUSPEND: move(_S.CONFIRMED, to=_S.SUSPENDED),
        Command.RESUME: move(_S.SUSPENDED, to=_S.CONFIRMED),
        Command.EXIT: move(_S.DRAFT, _S.VERIFIED, _S.CONFIRMED, _S.SUSPENDED, _S.DECLINED, to=_S.EXITED),
        Command.REINSTATE: move(_S.EXITED),
        Command.RE_ENTER: move(_S.EXITED, to=_S.CONFIRMED),
        Command.INCLUDE: move(_S.DRAFT, _S.VERIFIED, _S.CONFIRMED, _S.SUSPENDED, _S.DECLINED),
    }
)


def state_after(command: Command, state: ElderState, before_exit: ElderState = _S.CONFIRMED) -> ElderState:
    """The state ``command`` leads to; a reinstated elder returns to ``before_exit``. Raises WrongState."""
    reached = LIFE.after(command, state)
    return before_exit if command is Command.REINSTATE else reached


# --- abilities (GB/T 42195-2022) ----------------------------------------------------------------------


class Ability(StrEnum):
    INTACT = "intact"  # 能力完好
    MILD = "mild"  # 能力轻度受损（轻度失能）
    MODERATE = "moderate"  # 能力中度受损（中度失能）
    SEVERE = "severe"  # 能力重度受损（重度失能）
    TOTAL = "total"  # 能力完全丧失（完全失能），Annex 3 prints it as 重度失能

    @property
    def level(self) -> int:
        """0 intact … 4 total."""
        return list(Ability).index(self)


FULL_SCORE = 90
_LOWEST_SCORES = (90, 66, 46, 30, 0)  # of level 0, 1, 2, 3, 4


def ability_level(score: int, coma: bool = False, mental_diagnosis: bool = False, risk_events: int = 0) -> Ability:
    """The level of an assessment by GB/T 42195-2022.

    ``score``: total of the 26 items, 0–90. ``mental_diagnosis``: dementia (F00–F03) or another mental
    disorder (F04–F99) diagnosed by a specialist. ``risk_events``: falls, choking, self-harm, going missing
    within 30 days. The last two make it one level worse, together no more. Raises Refused for other scores.
    """
    if not 0 <= score <= FULL_SCORE:
        raise Refused([Fault("ability_score_range", "/ability/score")])
    if coma:
        return Ability.TOTAL
    level = next(level for level, lowest in enumerate(_LOWEST_SCORES) if score >= lowest)
    worse = 1 if mental_diagnosis or risk_events >= 2 else 0
    return list(Ability)[min(level + worse, Ability.TOTAL.level)]


# --- the facts ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Certificate:
    """A 残疾人证. ``valid`` is its standing with the 残联 (not cancelled), whatever date is printed on it."""

    level: int | None = None  # 1 极重度, 2 重度, 3, 4
    valid: Known = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyPlanning:
    """What the 卫健 department knows about an only child; ``child_disability_level`` 0: not disabled."""

    had_one_child: Known = None
    child_dead: Known = None
    child_disability_level: int | None = None
    bore_again: Known = None
    adopted: Known = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """Everything the categories and the tier read about one elder.

    ``township``: 9 digits, of the residence; ``at_home``: this is also the place of the 户籍. ``relatives``:
    living family but spouse and children, wherever they live; each ``…_complete``: nobody is left out.
    ``caregiver_appointed``: who cares is paid or appointed by government. ``declared``, ``declared_tier``:
    what the office's file states. ``included``, ``raised``: the township's reason for taking the elder in,
    or for raising him, by hand.
    """

    born_on: date | None = None
    township: str | None = None
    has_spouse: Known = None
    spouse: Relative | None = None
    children: tuple[Child, ...] = ()
    children_complete: bool = False
    relatives: tuple[Relative, ...] = ()
    relatives_complete: bool = False
    has_caregiver: Known = None
    caregiver_appointed: Known = None
    lost_labour_capacity: Known = None
    economic_kind: EconomicKind | None = None
    registered_rural: Known = None
    at_home: Known = None
    ability: Ability | None = None
    has_certificate: Known = None
    certificate: Certificate | None = None
    family_planning: FamilyPlanning | None = None
    declared: frozenset[Category] = frozenset()
    declared_tier: Tier | None = None
    included: str | None = None
    raised: str | None = None


def age_fault(born_on: date, policy: Policy, day: date) -> Fault | None:
    """Nobody younger than 60 is taken on the roll (老年人权益保障法 第二条)."""
    if age_on(born_on, day) >= policy.min_age:
        return None
    return Fault("under_60", "/born_on", {"age": policy.min_age})
