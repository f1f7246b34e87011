"""What the service says about visits: the answer to each record sent, and a record read back.

A record reads as it was sent, but for who was visited: that is the register's elder, by id and short
number. What is sealed (texts, illness, positions) is there for roles of the area, and null for others.
"""

from dataclasses import fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from api.domain.escalations import RiskKind
from api.domain.flags import Flag
from api.domain.hazards import HazardKind, Severity
from api.domain.observations import Change, DiseaseStatus, PopulationKind, Safety
from api.domain.policy import Method, Place, Tier
from api.domain.proof import CaptureMethod, CoordSystem, SignatureKind
from api.domain.providers import ForceKind
from api.domain.referrals import CareKind, NeedKind, Topic
from api.domain.visits import Outcome, RefusedBy, Standing, ToldBy, VisitRecord, Whereabouts, without_sealed
from api.messages import Language, spoken
from api.schemas.base import FaultOut, Out
from api.schemas.problems import ProblemOut
from api.schemas.visits import Atomic, Mode


class VisitResult(StrEnum):
    CREATED = "created"  # 新增
    UPDATED = "updated"  # 已更新
    UNCHANGED = "unchanged"  # 无变化
    HELD = "held"  # 待乡镇认定
    REJECTED = "rejected"  # 未受理


class FlagOut(Out):
    code: str
    params: dict[str, str | int]
    detail: str

    @classmethod
    def of(cls, flag: Flag, language: Language) -> Self:
        detail = spoken(flag.code, flag.params, language).detail
        return cls(code=flag.code, params=dict(flag.params), detail=detail)


class CountsTowardOut(Out):
    """An obligation that the visit meets (``counted``) or that others met already."""

    period: str
    tier: Tier
    counted: bool


class OpenedOut(Out):
    """Ids of what the record opened or joined; in a dry run null for each that it would."""

    hazards: list[UUID | None]
    escalations: list[UUID | None]
    tasks: list[UUID | None]
    notices: list[UUID | None]
    proposals: list[UUID | None]
    whereabouts_checks: list[UUID | None]
    needs: list[UUID | None]


class VisitItemOut(Out):
    """The answer to one record, the same from a post, a batch, a file and a dry run.

    ``status``: as if the record had been posted alone. ``not_counted``: why it meets no obligation.
    """

    index: int
    external_id: str | None
    status: int
    result: VisitResult
    id: UUID | None
    counts_toward: list[CountsTowardOut]
    not_counted: str | None
    flags: list[FlagOut]
    opened: OpenedOut
    warnings: list[FaultOut]
    errors: list[FaultOut]


class RefusedVisitOut(ProblemOut):
    """A record posted alone and refused. Its major risk is kept all the same: ``opened.escalations`` names it."""

    opened: OpenedOut


class WorkerItemOut(Out):
    """What became of one worker of a roster: created, updated, unchanged or rejected."""

    index: int
    external_id: str | None
    status: int
    result: VisitResult
    id: UUID | None
    errors: list[FaultOut]


class BatchOut(Out):
    """One item per record, and one per worker, in order."""

    mode: Mode
    atomic: Atomic
    workers: list[WorkerItemOut]
    items: list[VisitItemOut]


class WorkerRefOut(Out):
    id: UUID | None
    external_id: str | None
    name: str | None
    kind: ForceKind | None


class NotMetOut(Out):
    whereabouts: Whereabouts
    told_by: ToldBy | None


class RefusalOut(Out):
    in_person: bool | None
    by: RefusedBy


class PopulationChangeOut(Out):
    kind: PopulationKind
    count: int | None


class DiseaseOut(Out):
    status: DiseaseStatus
    name: str | None


class NeedOut(Out):
    kind: NeedKind
    text: str | None
    solved: bool


class HazardOut(Out):
    kind: HazardKind
    severity: Severity
    text: str | None
    reminded: bool | None
    reminded_to: str | None


class MajorRiskOut(Out):
    kind: RiskKind
    discovered_at: datetime | None
    emergency_called_at: datetime | None
    called_number: str | None
    contact_reached_at: datetime | None
    contact: str | None
    text: str | None


class SignatureOut(Out):
    kind: SignatureKind
    by: str | None
    relation: str | None
    reason: str | None


class CaptureOut(Out):
    method: CaptureMethod
    reason: str | None


class CheckOut(Out):
    at: datetime
    lat: float
    lng: float
    coord_sys: CoordSystem
    accuracy_m: float | None
    mock: bool | None


class PhotoOut(Out):
    sha256: str
    taken_at: datetime | None


class RecordOut(Out):
    """The content of a record, in the words in which it is sent."""

    worker: WorkerRefOut
    co_workers: list[WorkerRefOut]
    method: Method
    place: Place
    outcome: Outcome
    not_met: NotMetOut | None
    refused: RefusalOut | None
    started_at: datetime | None
    ended_at: datetime | None
    visited_on: date | None
    time_unknown: bool
    population_change: PopulationChangeOut | None
    expression: Change | None
    mobility: Change | None
    responsiveness: Change | None
    mood: Change | None
    disease: DiseaseOut | None
    gas_safety: Safety | None
    plumbing_safety: Safety | None
    power_safety: Safety | None
    personal_hygiene: Change | None
    home_hygiene: Change | None
    indoor: Change | None
    needs: list[NeedOut]
    care: list[CareKind]
    topics: list[Topic]
    notes: str | None
    hazards: list[HazardOut]
    major_risk: MajorRiskOut | None
    worker_signature: SignatureOut | None
    elder_signature: SignatureOut | None
    capture: CaptureOut | None
    check_in: CheckOut | None
    check_out: CheckOut | None
    photos: list[PhotoOut]

    @classmethod
    def of(cls, record: VisitRecord, *, sealed: bool) -> Self:
        """``sealed``: whether the reader may see what is sealed."""
        shown = record if sealed else without_sealed(record)
        parts = _parts(shown) | _parts(shown.observations)
        return cls.model_validate({name: parts[name] for name in cls.model_fields})


class VisitedElderOut(Out):
    id: UUID
    short_no: str
    village: str


class VisitOut(Out):
    """A stored record. ``source``: who keeps it; ``visit_no``: 第几次探访, fixed at acceptance."""

    id: UUID
    elder: VisitedElderOut
    visit_no: int
    standing: Standing
    source: str
    external_id: str
    external_version: int
    flags: list[FlagOut]
    recorded_by: UUID | None
    received_at: datetime
    record: RecordOut
    etag: str


def _parts(fact: Any) -> dict[str, Any]:
    return {box.name: getattr(fact, box.name) for box in fields(fact)}
