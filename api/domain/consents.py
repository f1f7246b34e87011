"""Whose word decides whether an elder is visited (plan 四(三): 应在老年人自愿的前提下; rules R36, A23).

Duty runs from confirmation unless the latest word of the elder, or of the legal guardian of an adult without
capacity, is a no. A relative's word changes nothing: somebody goes and sees the elder.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from api.domain.errors import Fault


class ConsentKind(StrEnum):
    SERVICE = "service"  # 接受探访关爱服务
    SENSITIVE_INFO = "sensitive_info"  # 敏感个人信息处理


class Word(StrEnum):
    GIVEN = "given"  # 同意
    REFUSED = "refused"  # 拒绝
    WITHDRAWN = "withdrawn"  # 撤回


class SpokenBy(StrEnum):
    SELF = "self"  # 本人
    LEGAL_GUARDIAN = "legal_guardian"  # 法定监护人
    FAMILY = "family"  # 家属


@dataclass(frozen=True, slots=True)
class Consent:
    """One word on being visited. ``approved``: the township stands behind a legal guardian's word."""

    word: Word
    by: SpokenBy
    on: date
    recorded_at: datetime
    approved: bool

    @property
    def entitled(self) -> bool:
        return self.by is SpokenBy.SELF or (self.by is SpokenBy.LEGAL_GUARDIAN and self.approved)


@dataclass(frozen=True, slots=True)
class Willingness:
    """``word``: the latest that counts, None while nobody has spoken. ``first_yes``: the earliest yes."""

    word: Word | None
    on: date | None
    first_yes: date | None

    @property
    def withheld(self) -> bool:
        return self.word in (Word.REFUSED, Word.WITHDRAWN)


def willingness(consents: Iterable[Consent]) -> Willingness:
    """Where the elder stands after all that was said; of one day the last recorded counts."""
    spoken = sorted((each for each in consents if each.entitled), key=lambda each: (each.on, each.recorded_at))
    if not spoken:
        return Willingness(None, None, None)
    first_yes = next((each.on for each in spoken if each.word is Word.GIVEN), None)
    return Willingness(spoken[-1].word, spoken[-1].on, first_yes)


def consent_faults(by: SpokenBy, on: date, evidence: str | None, today: date) -> tuple[Fault, ...]:
    """Codes: ``consent_evidence_needed`` (a legal guardian shows on what ground), ``day_in_future``."""
    faults = []
    if by is SpokenBy.LEGAL_GUARDIAN and evidence is None:
        faults.append(Fault("consent_evidence_needed", "/evidence"))
    if on > today:
        faults.append(Fault("day_in_future", "/on"))
    return tuple(faults)
