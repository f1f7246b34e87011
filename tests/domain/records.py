"""A complete home visit to vary in tests."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from api.domain.months import SHANGHAI
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
from api.domain.proof import Signature, SignatureKind
from api.domain.providers import ForceKind
from api.domain.references import ElderRef, WorkerRef
from api.domain.visits import Outcome, VisitRecord

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
STARTED = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
ELDER = UUID("01930000-0000-7000-8000-000000000001")
SIGNED = Signature(SignatureKind.SIGNED)
ALL_BOXES = Observations(
    population_change=PopulationChange(PopulationKind.NO_CHANGE),
    expression=Change.NO_CHANGE,
    mobility=Change.NO_CHANGE,
    mood=Change.BETTER,
    disease=Disease(DiseaseStatus.NO_CHANGE),
    gas_safety=Safety.NOT_PRESENT,
    plumbing_safety=Safety.SAFE,
    power_safety=Safety.FAIRLY_SAFE,
    personal_hygiene=Change.NO_CHANGE,
    home_hygiene=Change.NOT_OBSERVED,
    indoor=Change.NO_CHANGE,
)
HOME_ONLY = ("gas_safety", "plumbing_safety", "power_safety", "personal_hygiene", "home_hygiene", "indoor")


def a_record(**changes: object) -> VisitRecord:
    whole = VisitRecord(
        elder=ElderRef(id=ELDER),
        worker=WorkerRef(name="林小梅", kind=ForceKind.GRID_WORKER),
        method=Method.HOME,
        place=Place.HOME,
        outcome=Outcome.COMPLETED,
        started_at=STARTED,
        ended_at=STARTED + timedelta(minutes=30),
        observations=ALL_BOXES,
        worker_signature=SIGNED,
        elder_signature=SIGNED,
    )
    return replace(whole, **changes)
