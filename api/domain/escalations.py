"""Major risks and emergencies (重大风险隐患; plan 四(三)三是, domain rules R46 and A26)."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from api.domain.hazards import Severity


class RiskKind(StrEnum):
    GAS_LEAK = "gas_leak"  # 燃气泄漏
    FIRE = "fire"  # 火情
    COLLAPSE_RISK = "collapse_risk"  # 房屋倒塌危险
    MISSING = "missing"  # 失联
    SUSPECTED_ABUSE = "suspected_abuse"  # 疑似虐待、遗弃
    DEATH_FOUND = "death_found"  # 发现死亡
    SUICIDE_RISK = "suicide_risk"  # 自杀风险
    ACUTE_ILLNESS = "acute_illness"  # 突发急病
    OTHER = "other"  # 其他

    @property
    def severity(self) -> Severity:
        """Every named kind is a danger to life; what has no name is general until the township says more."""
        return Severity.GENERAL if self is RiskKind.OTHER else Severity.MAJOR


@dataclass(frozen=True, slots=True)
class MajorRisk:
    """What was found and who was called at once. Only ``kind`` is needed to be heard; the rest may follow."""

    kind: RiskKind
    discovered_at: datetime | None = None
    emergency_called_at: datetime | None = None
    called_number: str | None = None  # 110, 119, 120 …
    contact_reached_at: datetime | None = None
    contact: str | None = field(default=None, repr=False)
    text: str | None = field(default=None, repr=False)
