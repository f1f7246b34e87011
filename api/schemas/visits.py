"""A visit on the wire (Annex 4 and its proof). ``parse_visit`` is the one adapter that reads a record.

The shape is checked here, field by field; what a record of a given method and outcome must say is a rule
of ``api.domain.visits`` and is checked there, on the facts that ``record_of`` hands over.
"""

from collections.abc import Collection, Mapping
from dataclasses import fields
from enum import StrEnum
from typing import Annotated, Any, TypeVar
from uuid import UUID

from pydantic import AfterValidator, Field, StrictBool, StringConstraints

from api.domain.errors import Fault
from api.domain.escalations import MajorRisk, RiskKind
from api.domain.hazards import Hazard, HazardKind, Severity
from api.domain.observations import (
    Change,
    Disease,
    DiseaseStatus,
    Observations,
    PopulationChange,
    PopulationKind,
    Safety,
)
from api.domain.policy import Method, Place
from api.domain.proof import Capture, CaptureMethod, Check, CoordSystem, Photo, Signature, SignatureKind
from api.domain.providers import ForceKind
from api.domain.references import ElderRef, WorkerRef
from api.domain.referrals import CareKind, Need, NeedKind, Topic
from api.domain.visits import NotMet, Outcome, Refusal, RefusedBy, ToldBy, VisitRecord, Whereabouts
from api.schemas.base import (
    CivilDate,
    ExternalId,
    In,
    Instant,
    Label,
    Name,
    ShortText,
    ShownAs,
    Text,
    Text500,
    VillageCode,
    parsed,
)
from api.schemas.family import PhoneNumber

ResidentNumber = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{17}[0-9Xx]$", max_length=18), AfterValidator(str.upper)
]
ShortNo = Annotated[str, StringConstraints(pattern=r"^[0-9]{8}$", max_length=8)]
CalledNumber = Annotated[str, StringConstraints(pattern=r"^[0-9-]{3,20}$", max_length=20)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$", max_length=64)]
Version = Annotated[int, Field(strict=True, ge=1, le=2_147_483_647)]
People = Annotated[int, Field(strict=True, ge=1, le=50)]
Latitude = Annotated[float, Field(strict=True, ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Field(strict=True, ge=-180, le=180, allow_inf_nan=False)]
Metres = Annotated[float, Field(strict=True, ge=0, le=1_000_000, allow_inf_nan=False)]


class ElderRefIn(In):
    """Exactly one of id, short_no, external_id, resident_id, village; with a village the name too."""

    id: UUID | None = None
    short_no: ShortNo | None = None
    external_id: ExternalId | None = None
    resident_id: ResidentNumber | None = None
    village: VillageCode | None = None
    name: Name | None = None
    hint: ShortText | None = None


class WorkerRefIn(In):
    """Exactly one of id, external_id, or name with kind."""

    id: UUID | None = None
    external_id: ExternalId | None = None
    name: Label | None = None
    kind: ForceKind | None = None


class NotMetIn(In):
    whereabouts: Whereabouts = Whereabouts.UNKNOWN
    told_by: ToldBy | None = None


class RefusalIn(In):
    in_person: StrictBool | None = None
    by: RefusedBy = RefusedBy.UNKNOWN


class PopulationChangeIn(In):
    kind: PopulationKind
    count: People | None = None


class DiseaseIn(In):
    status: DiseaseStatus
    name: ShortText | None = None


class NeedIn(In):
    kind: NeedKind
    text: Text500 | None = None
    solved: StrictBool = False


class HazardIn(In):
    kind: HazardKind
    severity: Severity = Severity.GENERAL
    text: Text500 | None = None
    reminded: StrictBool | None = None
    reminded_to: ShortText | None = None


class MajorRiskIn(In):
    kind: RiskKind
    discovered_at: Instant | None = None
    emergency_called_at: Instant | None = None
    called_number: CalledNumber | None = None
    contact_reached_at: Instant | None = None
    contact: ShortText | None = None
    text: Text | None = None


class SignatureIn(In):
    kind: SignatureKind
    by: Label | None = None
    relation: Label | None = None
    reason: ShortText | None = None


class CaptureIn(In):
    method: CaptureMethod
    reason: ShortText | None = None


class CheckIn(In):
    at: Instant
    lat: Latitude
    lng: Longitude
    coord_sys: CoordSystem
    accuracy_m: Metres | None = None
    mock: StrictBool | None = None


class PhotoIn(In):
    sha256: Sha256
    taken_at: Instant | None = None


class VisitIn(In):
    """One visit record. The provider comes from the token; who was visited is never echoed."""

    external_id: ExternalId | None = None
    external_version: Version = 1
    elder: ElderRefIn
    worker: WorkerRefIn
    co_workers: Annotated[tuple[WorkerRefIn, ...], Field(max_length=10)] = ()
    method: Method
    place: Place
    outcome: Outcome
    not_met: NotMetIn | None = None
    refused: RefusalIn | None = None
    started_at: Instant | None = None
    ended_at: Instant | None = None
    visited_on: CivilDate | None = None
    time_unknown: StrictBool = False
    population_change: PopulationChangeIn | None = None
    expression: Change | None = None
    mobility: Change | None = None
    responsiveness: Change | None = None
    mood: Change | None = None
    disease: DiseaseIn | None = None
    gas_safety: Safety | None = None
    plumbing_safety: Safety | None = None
    power_safety: Safety | None = None
    personal_hygiene: Change | None = None
    home_hygiene: Change | None = None
    indoor: Change | None = None
    needs: Annotated[tuple[NeedIn, ...], Field(max_length=20)] = ()
    care: Annotated[tuple[CareKind, ...], Field(max_length=20)] = ()
    topics: Annotated[tuple[Topic, ...], Field(max_length=20)] = ()
    notes: Text | None = None
    hazards: Annotated[tuple[HazardIn, ...], Field(max_length=20)] = ()
    major_risk: MajorRiskIn | None = None
    worker_signature: SignatureIn | None = None
    elder_signature: SignatureIn | None = None
    capture: CaptureIn | None = None
    check_in: CheckIn | None = None
    check_out: CheckIn | None = None
    photos: Annotated[tuple[PhotoIn, ...], Field(max_length=20)] = ()


class Atomic(StrEnum):
    NONE = "none"  # 逐条受理
    ALL = "all"  # 全部成功才受理


class Mode(StrEnum):
    COMMIT = "commit"  # 正式提交
    VALIDATE = "validate"  # 只校验，不保存


RawVisit = Annotated[Any, ShownAs(VisitIn)]


class WorkerIn(In):
    """Somebody on the sender's roster (服务人员). Sent again with other words it is corrected."""

    external_id: ExternalId
    name: Label
    kind: ForceKind
    phone: PhoneNumber | None = None


RawWorker = Annotated[Any, ShownAs(WorkerIn)]


class BatchIn(In):
    """Up to 500 records, each parsed by itself: one malformed record is that record's error.

    `workers` are taken in first, so that records of the same request may name them by `external_id`.
    """

    items: Annotated[list[RawVisit], Field(min_length=1, max_length=500)]
    workers: Annotated[list[RawWorker], Field(default_factory=list, max_length=500)]
    atomic: Atomic = Atomic.NONE
    mode: Mode = Mode.COMMIT


def parse_visit(raw: object) -> VisitIn | tuple[Fault, ...]:
    """One record (decoded JSON, or a file's row in the same words), or all that is wrong with its shape."""
    return parsed(VisitIn, raw)


_SAYING_LITTLE = {"elder": {}, "worker": {}, "method": "other", "place": "other", "outcome": "not_met"}


def parse_worker(raw: object) -> WorkerIn | tuple[Fault, ...]:
    """One line of a roster, or all that is wrong with its shape."""
    return parsed(WorkerIn, raw)


def legible(raw: object, wrong: Collection[str]) -> VisitIn | None:
    """What can be read of a record in spite of its ``wrong`` fields; what it must have says as little as may be."""
    if not isinstance(raw, Mapping):
        return None
    kept = {name: said for name, said in raw.items() if name in VisitIn.model_fields and name not in wrong}
    form = parsed(VisitIn, _SAYING_LITTLE | kept)
    return form if isinstance(form, VisitIn) else None


def record_of(visit: VisitIn, *, from_file: bool = False) -> VisitRecord:
    """The facts of a record whose shape is right."""
    sent = _facts(visit)
    seen = Observations(**{box.name: sent.pop(box.name) for box in fields(Observations)})
    return VisitRecord(observations=seen, from_file=from_file, **sent)


def major_risk_of(raw: object) -> MajorRisk | None:
    """The major risk of a record that is otherwise refused, if that part of it is right (api ruling 1)."""
    part = raw.get("major_risk") if isinstance(raw, Mapping) else None
    form = parsed(MajorRiskIn, part)
    return None if isinstance(form, tuple) else _build(MajorRisk, form)


def elder_ref_of(raw: object) -> ElderRef | None:
    """Whom a record is about that is otherwise refused, if that part of it is right."""
    part = raw.get("elder") if isinstance(raw, Mapping) else None
    form = parsed(ElderRefIn, part)
    return None if isinstance(form, tuple) else _build(ElderRef, form)


_FACTS: Mapping[type[In], type[Any]] = {
    ElderRefIn: ElderRef,
    WorkerRefIn: WorkerRef,
    NotMetIn: NotMet,
    RefusalIn: Refusal,
    PopulationChangeIn: PopulationChange,
    DiseaseIn: Disease,
    NeedIn: Need,
    HazardIn: Hazard,
    MajorRiskIn: MajorRisk,
    SignatureIn: Signature,
    CaptureIn: Capture,
    CheckIn: Check,
    PhotoIn: Photo,
}

F = TypeVar("F")


def _facts(form: In) -> dict[str, Any]:
    """A form's parts as the domain's: their names are the same on both sides."""
    return {name: _fact(value) for name, value in vars(form).items()}


def _fact(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_fact(part) for part in value)
    return _build(_FACTS[type(value)], value) if isinstance(value, In) else value


def _build(fact: type[F], form: In) -> F:
    return fact(**vars(form))
