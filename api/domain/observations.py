"""The boxes of Annex 4 (服务记录表): what the visitor saw, and which boxes a completed visit must fill."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from enum import StrEnum

from api.domain.errors import Fault
from api.domain.policy import Method


class Change(StrEnum):
    NO_CHANGE = "no_change"  # 无变化
    BETTER = "better"  # 较好
    WORSE = "worse"  # 较差
    NOT_OBSERVED = "not_observed"  # 未观察


class Safety(StrEnum):
    SAFE = "safe"  # 安全
    FAIRLY_SAFE = "fairly_safe"  # 较安全
    UNSAFE = "unsafe"  # 不安全
    NOT_PRESENT = "not_present"  # 无此设施
    NOT_OBSERVED = "not_observed"  # 未观察


class DiseaseStatus(StrEnum):
    NO_CHANGE = "no_change"  # 无变化
    SEVERE = "severe"  # 严重
    IMPROVED = "improved"  # 转好
    NOT_OBSERVED = "not_observed"  # 未观察


class PopulationKind(StrEnum):
    NO_CHANGE = "no_change"  # 无变化
    INCREASE = "increase"  # 增加
    DECREASE = "decrease"  # 减少


@dataclass(frozen=True, slots=True)
class PopulationChange:
    """人口变化; ``count``: people more or fewer in the household."""

    kind: PopulationKind
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Disease:
    """疾病状况; the name is sealed wherever it is kept."""

    status: DiseaseStatus
    name: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Observations:
    """Every box; None where nothing was sent. 反应能力 stands in the plan's text, not on its form."""

    population_change: PopulationChange | None = None
    expression: Change | None = None
    mobility: Change | None = None
    responsiveness: Change | None = None
    mood: Change | None = None
    disease: Disease | None = None
    gas_safety: Safety | None = None
    plumbing_safety: Safety | None = None
    power_safety: Safety | None = None
    personal_hygiene: Change | None = None
    home_hygiene: Change | None = None
    indoor: Change | None = None

    @property
    def any(self) -> bool:
        return any(getattr(self, box.name) is not None for box in fields(self))


_ASKED_ALWAYS = ("population_change", "expression", "mobility", "mood", "disease")
_ASKED_AT_HOME = (
    "gas_safety",
    "plumbing_safety",
    "power_safety",
    "personal_hygiene",
    "home_hygiene",
    "indoor",
)


def observation_faults(seen: Observations, method: Method) -> Iterator[Fault]:
    """What a completed visit's boxes lack: only somebody in the home can tell gas from no gas."""
    asked = _ASKED_ALWAYS + (_ASKED_AT_HOME if method is Method.HOME else ())
    for box in asked:
        if getattr(seen, box) is None:
            yield Fault("field_missing", f"/{box}")
    change = seen.population_change
    if change is not None and change.kind is not PopulationKind.NO_CHANGE and change.count is None:
        yield Fault("field_missing", "/population_change/count")
    if seen.disease is not None and seen.disease.status is DiseaseStatus.SEVERE and not seen.disease.name:
        yield Fault("field_missing", "/disease/name")
