"""Looking at visits a second time (抽查; plan 五（二）: 发现问题及时纠偏止错; rule R52).

A sample is drawn with a seed that is kept: whoever draws again with the same seed from the same records gets
the same ones, in whatever order they come. Flags make a record more likely to be looked at, never guilty.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from math import ceil
from uuid import UUID

from api.domain.flags import FlagCode
from api.domain.machines import Machine, move


class InspectionState(StrEnum):
    PLANNED = "planned"  # 待抽查
    DONE = "done"  # 已抽查
    CANCELLED = "cancelled"  # 取消


class InspectionCommand(StrEnum):
    ATTEMPT = "attempt"  # 未联系上，再约
    CONCLUDE = "conclude"  # 得出结论
    CANCEL = "cancel"  # 取消
    ANSWER = "answer"  # 作出说明


_S = InspectionState
LIFE: Machine[InspectionState, InspectionCommand] = Machine(
    {
        InspectionCommand.ATTEMPT: move(_S.PLANNED),
        InspectionCommand.CONCLUDE: move(_S.PLANNED, to=_S.DONE),
        InspectionCommand.CANCEL: move(_S.PLANNED, to=_S.CANCELLED),
        InspectionCommand.ANSWER: move(_S.DONE),
    }
)


class InspectionReason(StrEnum):
    SAMPLE = "sample"  # 随机抽查
    COMPLAINT = "complaint"  # 投诉
    REFUSALS = "refusals"  # 拒访偏多
    SELF_FOLLOWED_UP = "self_followed_up"  # 自办自访
    CHOSEN = "chosen"  # 指定抽查


class InspectionMethod(StrEnum):
    PHONE = "phone"  # 电话回访
    HOME = "home"  # 上门回访
    RECORDS = "records"  # 查阅资料


class Finding(StrEnum):
    """What the call-back found."""

    CONFIRMED = "confirmed"  # 属实
    PARTLY = "partly"  # 部分不实
    NOT_VISITED = "not_visited"  # 未探访
    NOT_REACHED = "not_reached"  # 始终联系不上
    DECLINED = "declined"  # 不愿答复

    @property
    def passed(self) -> bool | None:
        """Whether the record stood the test; None where nobody could say."""
        if self in (Finding.NOT_REACHED, Finding.DECLINED):
            return None
        return self is Finding.CONFIRMED


class Consequence(StrEnum):
    """What is done to the record at once."""

    NONE = "none"  # 不处理
    RETURN = "return"  # 退回更正
    VOID = "void"  # 作废


_WEIGHTS: Mapping[str, int] = {
    FlagCode.VISIT_AFTER_DEATH: 8,
    FlagCode.PROBABLE_DUPLICATE: 4,
    FlagCode.LATE_ENTRY: 2,
    FlagCode.NAME_DIFFERS: 2,
    FlagCode.MATCHED_BY_NAME: 2,
    FlagCode.OBSERVED_WITHOUT_MEETING: 2,
}
_PLAIN = 1
_UNIT = float(1 << 64)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that might be looked at."""

    visit_id: UUID
    flags: Collection[str]

    @property
    def weight(self) -> int:
        """How many plain records it counts for in the draw."""
        return _PLAIN + sum(_WEIGHTS.get(flag, 1) for flag in self.flags)


def sample_size(records: int, percent: int) -> int:
    """At least one where there is any."""
    return ceil(records * percent / 100)


def draw(candidates: Iterable[Candidate], size: int, seed: str) -> list[Candidate]:
    """``size`` candidates, weighted by their flags, without putting any back (Efraimidis and Spirakis).

    Reproducible: every candidate's number comes from the seed and its id alone.
    """
    return sorted(candidates, key=lambda each: (-_number(each, seed), each.visit_id))[:size]


def _number(candidate: Candidate, seed: str) -> float:
    digest = sha256(f"{seed}|{candidate.visit_id}".encode()).digest()
    uniform = (int.from_bytes(digest[:8], "big") + 0.5) / _UNIT
    return float(uniform ** (1 / candidate.weight))
