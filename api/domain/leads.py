"""People who may belong on the roll, until somebody has made sure (摸排; plan 三(一), 三(二): 不漏一户、不漏一人)."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from api.domain.departments import Unit
from api.domain.hazards import HazardKind
from api.domain.machines import Machine, move


class LeadSource(StrEnum):
    """Who named the person (rule R13)."""

    SOCIAL_WORK_STATION = "social_work_station"  # 社工站
    VILLAGE = "village"  # 村（居）委会
    GRID_WORKER = "grid_worker"  # 网格员
    DEPARTMENT = "department"  # 部门
    OTHER = "other"  # 其他


@dataclass(frozen=True, slots=True)
class Origin:
    """A source, and which department it is where it is one."""

    source: LeadSource
    department: Unit | None = None


class LeadState(StrEnum):
    NEW = "new"  # 待核实
    VERIFYING = "verifying"  # 核实中
    VERIFIED = "verified"  # 已核实，转入建档
    NOT_FOUND = "not_found"  # 查无此人
    DUPLICATE = "duplicate"  # 重复
    NOT_ELIGIBLE = "not_eligible"  # 不属于服务对象


class LeadCommand(StrEnum):
    START = "start"  # 安排核实
    HAND_OVER = "hand_over"  # 改派核实人
    VERIFY = "verify"  # 核实属实
    NOT_FOUND = "not_found"  # 查无此人
    NOT_ELIGIBLE = "not_eligible"  # 不属于服务对象
    DUPLICATE = "duplicate"  # 认定重复
    REFER = "refer"  # 号码另有台账，转区核定
    REOPEN = "reopen"  # 重新核实


class Ineligible(StrEnum):
    """Why somebody who was found does not belong on the roll."""

    TOO_YOUNG = "too_young"  # 未满60周岁
    NO_CATEGORY = "no_category"  # 不属于七类对象
    LIVES_ELSEWHERE = "lives_elsewhere"  # 不在本区居住
    IN_INSTITUTION = "in_institution"  # 已入住养老机构
    DIED = "died"  # 已去世
    OTHER = "other"  # 其他


_S = LeadState
UNVERIFIED = (_S.NEW, _S.VERIFYING)
"""Nobody has made sure yet."""

LIFE: Machine[LeadState, LeadCommand] = Machine(
    {
        LeadCommand.START: move(_S.NEW, to=_S.VERIFYING),
        LeadCommand.HAND_OVER: move(_S.VERIFYING),
        LeadCommand.VERIFY: move(*UNVERIFIED, to=_S.VERIFIED),
        LeadCommand.NOT_FOUND: move(*UNVERIFIED, to=_S.NOT_FOUND),
        LeadCommand.NOT_ELIGIBLE: move(*UNVERIFIED, to=_S.NOT_ELIGIBLE),
        LeadCommand.DUPLICATE: move(*UNVERIFIED, to=_S.DUPLICATE),
        LeadCommand.REFER: move(*UNVERIFIED, to=_S.VERIFYING),
        LeadCommand.REOPEN: move(_S.NOT_FOUND, _S.NOT_ELIGIBLE, _S.DUPLICATE, to=_S.VERIFYING),
    }
)


# --- who else it may be -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """Who is meant, as far as it was said. ``number``: the keyed index of the ID number."""

    village: str
    name: str | None = field(default=None, repr=False)
    number: bytes | None = field(default=None, repr=False)
    birth_year: int | None = None

    def may_be(self, other: "Hint") -> bool:
        """Whether two of one village and name may be one person: neither number nor year speaks against it."""
        return not (_differ(self.number, other.number) or _differ(self.birth_year, other.birth_year))


def _differ(one: bytes | int | None, other: bytes | int | None) -> bool:
    return one is not None and other is not None and one != other


@dataclass(frozen=True, slots=True)
class Resemblance:
    """Somebody whom a lead may be about: an elder with a file, or another lead that nobody has settled.

    ``certain``: by the ID number. ``left``: the elder is off the roll, so that news of him is news.
    """

    elder_id: UUID | None = None
    lead_id: UUID | None = None
    certain: bool = False
    left: bool = False


def already(alike: Iterable[Resemblance]) -> Resemblance | None:
    """Of whom the lead is certainly a duplicate: an elder before another lead, and nobody who has left."""
    certain = [each for each in alike if each.certain and not each.left]
    return min(certain, key=lambda each: each.elder_id is None, default=None)


# --- what there was to see ----------------------------------------------------------------------------

_UNSAFE = {
    "water_safe": HazardKind.DRINKING_WATER,
    "power_safe": HazardKind.POWER,
    "housing_safe": HazardKind.HOUSING,
}


def unsafe_at_home(living: Mapping[str, bool | None], named: Collection[HazardKind]) -> Iterator[HazardKind]:
    """The hazards that the boxes of Annex 3 on water, power and housing add to those that were named."""
    return (kind for box, kind in _UNSAFE.items() if living.get(box) is False and kind not in named)
