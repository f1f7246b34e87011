"""What a visit record may say (Annex 4 探访关爱服务记录表) and what is wrong with one that may not stand.

A completed home visit answers every box; other ways of visiting leave out what only eyes in the home can
see; where nobody was met only who, when and where are asked. Whatever else was sent is kept as it came.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from api.domain.errors import Fault
from api.domain.escalations import MajorRisk
from api.domain.hazards import Hazard, HazardKind
from api.domain.months import SHANGHAI, civil_date
from api.domain.observations import Observations, Safety, observation_faults
from api.domain.policy import Method, Place, Policy
from api.domain.proof import Capture, Check, Photo, Signature, SignatureKind, signature_faults
from api.domain.references import ElderRef, WorkerRef, elder_faults, worker_faults
from api.domain.referrals import CareKind, Need, Topic


class Outcome(StrEnum):
    COMPLETED = "completed"  # 完成
    NOT_MET = "not_met"  # 未遇
    REFUSED = "refused"  # 拒访
    HOSPITALISED = "hospitalised"  # 住院
    MOVED = "moved"  # 已搬离
    DECEASED = "deceased"  # 已去世


class Standing(StrEnum):
    """What became of an accepted record; only ``accepted`` counts."""

    ACCEPTED = "accepted"  # 已受理
    RETURNED = "returned"  # 已退回
    VOIDED = "voided"  # 已作废
    WITHDRAWN = "withdrawn"  # 已撤回


class Whereabouts(StrEnum):
    SEEN = "seen"  # 有人见到
    ON_PHONE = "on_phone"  # 电话联系上
    IN_HOSPITAL = "in_hospital"  # 在医院
    AWAY = "away"  # 外出
    UNKNOWN = "unknown"  # 不详


class ToldBy(StrEnum):
    NEIGHBOUR = "neighbour"  # 邻居
    FAMILY = "family"  # 家属
    VILLAGE = "village"  # 村（居）干部
    ELDER = "elder"  # 本人
    OTHER = "other"  # 其他


class RefusedBy(StrEnum):
    ELDER = "elder"  # 本人
    FAMILY = "family"  # 家属
    OTHER = "other"  # 其他
    UNKNOWN = "unknown"  # 不详


@dataclass(frozen=True, slots=True)
class NotMet:
    whereabouts: Whereabouts = Whereabouts.UNKNOWN
    told_by: ToldBy | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    in_person: bool | None = None
    by: RefusedBy = RefusedBy.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRecord:
    """One record's facts. ``from_file``: came in a file, whose columns cannot say everything."""

    elder: ElderRef
    worker: WorkerRef
    method: Method
    place: Place
    outcome: Outcome
    external_id: str | None = None
    external_version: int = 1
    co_workers: tuple[WorkerRef, ...] = ()
    not_met: NotMet | None = None
    refused: Refusal | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    visited_on: date | None = None
    time_unknown: bool = False
    observations: Observations = field(default_factory=Observations)
    needs: tuple[Need, ...] = ()
    care: tuple[CareKind, ...] = ()
    topics: tuple[Topic, ...] = ()
    notes: str | None = field(default=None, repr=False)
    hazards: tuple[Hazard, ...] = ()
    major_risk: MajorRisk | None = None
    worker_signature: Signature | None = None
    elder_signature: Signature | None = None
    capture: Capture | None = None
    check_in: Check | None = None
    check_out: Check | None = None
    photos: tuple[Photo, ...] = ()
    from_file: bool = False

    @property
    def completed(self) -> bool:
        return self.outcome is Outcome.COMPLETED

    @property
    def day(self) -> date:
        """The civil day that decides the period (A2); a record without faults has one."""
        day = civil_date(self.started_at) if self.started_at else self.visited_on
        if day is None:
            raise ValueError("a record that names no day has faults")
        return day

    @property
    def moment(self) -> datetime:
        """When the elder was sought; noon of the day where the hour is unknown."""
        return self.started_at or datetime.combine(self.day, time(12), SHANGHAI)

    @property
    def refused_by_elder(self) -> bool:
        """Met in person and refused by the elder himself: one of the two days of A33."""
        refused = self.outcome is Outcome.REFUSED and self.refused is not None
        return refused and self.refused == Refusal(in_person=True, by=RefusedBy.ELDER)

    @property
    def refusal_conclusive(self) -> bool:
        """The elder's own signature under the refusal: once is enough (A33)."""
        signed = self.elder_signature is not None and self.elder_signature.kind in (
            SignatureKind.SIGNED,
            SignatureKind.THUMBPRINT,
        )
        return self.refused_by_elder and signed

    @property
    def unmatched_unsafe(self) -> Sequence[tuple[str, HazardKind]]:
        """Boxes marked unsafe for which no hazard item of that kind was sent, with the hazard they mean."""
        told = {hazard.kind for hazard in self.hazards}
        return tuple(
            (box, kind)
            for box, kind in _HAZARD_OF_BOX.items()
            if getattr(self.observations, box) is Safety.UNSAFE and kind not in told
        )

    @property
    def found_safe(self) -> tuple[HazardKind, ...]:
        """The kinds of hazard whose box says safe, and which no hazard item names all the same."""
        told = {hazard.kind for hazard in self.hazards}
        boxes = _HAZARD_OF_BOX.items() if self.completed else ()
        return tuple(kind for box, kind in boxes if getattr(self.observations, box) is Safety.SAFE and kind not in told)


_HAZARD_OF_BOX = {
    "gas_safety": HazardKind.GAS,
    "plumbing_safety": HazardKind.PLUMBING,
    "power_safety": HazardKind.POWER,
}


def faults(record: VisitRecord, policy: Policy, now: datetime) -> tuple[Fault, ...]:
    """Everything that keeps ``record`` from being accepted, each with a pointer; empty if it may stand."""
    found = [
        *elder_faults(record.elder, civil_date(now)),
        *worker_faults(record.worker, "/worker"),
        *(
            fault
            for index, worker in enumerate(record.co_workers)
            for fault in worker_faults(worker, f"/co_workers/{index}")
        ),
        *_time_faults(record, policy),
        *_future_faults(record, now + timedelta(minutes=policy.future_tolerance_minutes), policy),
    ]
    if record.completed:
        found += observation_faults(record.observations, record.method)
        found += _hazard_faults(record.hazards)
        found += _signatures(record)
    return tuple(found)


def warnings(record: VisitRecord) -> tuple[Fault, ...]:
    """What an accepted record leaves open: hazards nobody was told of."""
    if not record.completed:
        return ()
    return tuple(Fault("reminder_unknown", f"/{box}") for box, _ in record.unmatched_unsafe)


def without_sealed(record: VisitRecord) -> VisitRecord:
    """The record for somebody who may not read what is sealed: no free texts, names, illness, positions."""
    seen = record.observations
    return replace(
        record,
        elder=ElderRef(),
        observations=replace(seen, disease=seen.disease and replace(seen.disease, name=None)),
        needs=tuple(replace(need, text=None) for need in record.needs),
        notes=None,
        hazards=tuple(replace(hazard, text=None, reminded_to=None) for hazard in record.hazards),
        major_risk=record.major_risk and replace(record.major_risk, contact=None, text=None),
        worker_signature=_without_names(record.worker_signature),
        elder_signature=_without_names(record.elder_signature),
        capture=record.capture and replace(record.capture, reason=None),
        check_in=None,
        check_out=None,
    )


def _without_names(signature: Signature | None) -> Signature | None:
    return signature and replace(signature, by=None, relation=None, reason=None)


def _time_faults(record: VisitRecord, policy: Policy) -> Iterator[Fault]:
    if record.started_at is not None:
        if record.visited_on is not None or record.time_unknown:
            yield Fault("time_given_twice", "/visited_on" if record.visited_on else "/time_unknown")
        if record.ended_at is not None:
            yield from _duration_faults(record.started_at, record.ended_at, policy)
        return
    if record.ended_at is not None:
        yield Fault("ended_without_start", "/ended_at")
    if record.visited_on is None:
        yield Fault("field_missing", "/visited_on" if record.time_unknown else "/started_at")
    elif not record.time_unknown:
        yield Fault("time_unknown_needed", "/time_unknown")


def _duration_faults(started_at: datetime, ended_at: datetime, policy: Policy) -> Iterator[Fault]:
    if ended_at <= started_at:
        yield Fault("time_order", "/ended_at")
    elif ended_at - started_at > timedelta(hours=policy.max_visit_hours):
        yield Fault("visit_too_long", "/ended_at", {"hours": policy.max_visit_hours})


def _future_faults(record: VisitRecord, latest: datetime, policy: Policy) -> Iterator[Fault]:
    minutes = {"minutes": policy.future_tolerance_minutes}
    for pointer, instant in _instants(record):
        if instant is not None and instant > latest:
            yield Fault("time_in_future", pointer, minutes)
    if record.visited_on is not None and record.visited_on > civil_date(latest):
        yield Fault("time_in_future", "/visited_on", minutes)


def _instants(record: VisitRecord) -> Iterator[tuple[str, datetime | None]]:
    yield "/started_at", record.started_at
    yield "/ended_at", record.ended_at
    if record.major_risk is not None:
        for name in ("discovered_at", "emergency_called_at", "contact_reached_at"):
            yield f"/major_risk/{name}", getattr(record.major_risk, name)
    for name in ("check_in", "check_out"):
        check: Check | None = getattr(record, name)
        yield f"/{name}/at", None if check is None else check.at
    for index, photo in enumerate(record.photos):
        yield f"/photos/{index}/taken_at", photo.taken_at


def _hazard_faults(hazards: Sequence[Hazard]) -> Iterator[Fault]:
    for index, hazard in enumerate(hazards):
        if hazard.kind is HazardKind.OTHER and not hazard.text:
            yield Fault("field_missing", f"/hazards/{index}/text")


def _signatures(record: VisitRecord) -> Iterator[Fault]:
    """A file has no column for the worker's signature: the sheet itself is signed."""
    for fault in signature_faults(record.worker_signature, record.elder_signature, record.method):
        if not (record.from_file and fault.pointer == "/worker_signature"):
            yield fault
