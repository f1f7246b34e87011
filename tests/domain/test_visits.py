"""What a record may say: the rules of Annex 4, and what a file may leave open."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from api.domain.errors import Fault
from api.domain.hazards import Hazard, HazardKind
from api.domain.months import SHANGHAI
from api.domain.observations import (
    Disease,
    DiseaseStatus,
    Observations,
    PopulationChange,
    PopulationKind,
    Safety,
)
from api.domain.policy import PLAN, Method
from api.domain.proof import Check, CoordSystem, Photo, Signature, SignatureKind
from api.domain.providers import FORCE_WORDS, ForceKind
from api.domain.references import ElderRef, WorkerRef
from api.domain.referrals import Need, NeedKind
from api.domain.visits import Outcome, Refusal, RefusedBy, VisitRecord, faults, warnings, without_sealed
from tests.domain.records import ALL_BOXES, ELDER, HOME_ONLY, NOW, SIGNED, STARTED, a_record


def wrong(record: VisitRecord) -> set[tuple[str, str]]:
    return {(fault.code, fault.pointer) for fault in faults(record, PLAN, NOW)}


def test_a_complete_home_visit_has_no_faults_and_no_warnings() -> None:
    assert faults(a_record(), PLAN, NOW) == ()
    assert warnings(a_record()) == ()


def test_every_missing_box_of_a_home_visit_is_named_at_once() -> None:
    found = wrong(a_record(observations=Observations()))
    assert {pointer for _, pointer in found} == {
        *(f"/{box}" for box in ("population_change", "expression", "mobility", "mood", "disease")),
        *(f"/{box}" for box in HOME_ONLY),
    }
    assert {code for code, _ in found} == {"field_missing"}


@pytest.mark.parametrize("method", [Method.PHONE, Method.ONLINE, Method.OTHER, Method.REMOTE_MONITORING])
def test_who_was_not_in_the_home_leaves_out_safety_hygiene_and_signatures(method: Method) -> None:
    seen = replace(ALL_BOXES, **dict.fromkeys(HOME_ONLY))
    record = a_record(method=method, observations=seen, worker_signature=None, elder_signature=None)
    assert wrong(record) == set()
    assert wrong(replace(record, observations=replace(seen, mood=None))) == {("field_missing", "/mood")}


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if outcome is not Outcome.COMPLETED])
def test_where_nobody_was_met_only_who_when_and_where_are_asked(outcome: Outcome) -> None:
    record = a_record(outcome=outcome, observations=Observations(), worker_signature=None, elder_signature=None)
    assert wrong(record) == set()


@pytest.mark.parametrize("kind", [PopulationKind.INCREASE, PopulationKind.DECREASE])
def test_more_or_fewer_people_need_their_number(kind: PopulationKind) -> None:
    seen = replace(ALL_BOXES, population_change=PopulationChange(kind))
    assert wrong(a_record(observations=seen)) == {("field_missing", "/population_change/count")}
    seen = replace(ALL_BOXES, population_change=PopulationChange(kind, 2))
    assert wrong(a_record(observations=seen)) == set()


def test_a_severe_disease_needs_its_name() -> None:
    seen = replace(ALL_BOXES, disease=Disease(DiseaseStatus.SEVERE))
    assert wrong(a_record(observations=seen)) == {("field_missing", "/disease/name")}


def test_a_hazard_of_no_named_kind_needs_words() -> None:
    hazards = (Hazard(HazardKind.GAS), Hazard(HazardKind.OTHER))
    assert wrong(a_record(hazards=hazards)) == {("field_missing", "/hazards/1/text")}


# --- when ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"ended_at": STARTED}, {("time_order", "/ended_at")}),
        ({"ended_at": STARTED - timedelta(minutes=1)}, {("time_order", "/ended_at")}),
        ({"ended_at": None}, set()),
        ({"visited_on": date(2026, 11, 23)}, {("time_given_twice", "/visited_on")}),
        ({"time_unknown": True}, {("time_given_twice", "/time_unknown")}),
        ({"started_at": None, "ended_at": None}, {("field_missing", "/started_at")}),
        ({"started_at": None}, {("field_missing", "/started_at"), ("ended_without_start", "/ended_at")}),
        (
            {"started_at": None, "ended_at": None, "visited_on": date(2026, 11, 20)},
            {("time_unknown_needed", "/time_unknown")},
        ),
        ({"started_at": None, "ended_at": None, "time_unknown": True}, {("field_missing", "/visited_on")}),
        (
            {"started_at": None, "ended_at": None, "visited_on": date(2026, 11, 20), "time_unknown": True},
            set(),
        ),
        (
            {"started_at": None, "ended_at": None, "visited_on": date(2026, 11, 24), "time_unknown": True},
            {("time_in_future", "/visited_on")},
        ),
    ],
)
def test_a_record_says_once_when_it_was(changes: dict[str, object], expected: set[tuple[str, str]]) -> None:
    assert wrong(a_record(**changes)) == expected


def test_twelve_hours_are_the_longest_visit() -> None:
    start = NOW - timedelta(hours=20)
    assert wrong(a_record(started_at=start, ended_at=start + timedelta(hours=12))) == set()
    late = start + timedelta(hours=12, seconds=1)
    assert faults(a_record(started_at=start, ended_at=late), PLAN, NOW) == (
        Fault("visit_too_long", "/ended_at", {"hours": 12}),
    )


def test_ten_minutes_ahead_are_forgiven_and_not_a_second_more() -> None:
    edge = NOW + timedelta(minutes=10)
    assert wrong(a_record(started_at=edge, ended_at=None)) == set()
    beyond = edge + timedelta(seconds=1)
    assert wrong(a_record(started_at=beyond, ended_at=None)) == {("time_in_future", "/started_at")}
    record = a_record(
        check_in=Check(beyond, 25.4, 119.1, CoordSystem.GCJ02),
        photos=(Photo("0" * 64), Photo("1" * 64, beyond)),
    )
    assert wrong(record) == {("time_in_future", "/check_in/at"), ("time_in_future", "/photos/1/taken_at")}


def test_a_visit_that_spans_midnight_belongs_to_the_day_it_began() -> None:
    start = datetime(2026, 10, 31, 16, 30, tzinfo=UTC)
    assert a_record(started_at=start, ended_at=start + timedelta(minutes=50)).day == date(2026, 11, 1)
    before = datetime(2026, 11, 15, 23, 50, tzinfo=SHANGHAI)
    assert a_record(started_at=before, ended_at=before + timedelta(minutes=50)).day == date(2026, 11, 15)


# --- who ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("elder", "expected"),
    [
        (ElderRef(), {("reference_missing", "/elder")}),
        (ElderRef(name="陈秀英"), {("reference_missing", "/elder")}),
        (ElderRef(id=ELDER, external_id="A-1"), {("reference_ambiguous", "/elder")}),
        (ElderRef(id=ELDER, name="陈秀英"), set()),
        (ElderRef(village="350303104201"), {("field_missing", "/elder/name")}),
        (ElderRef(village="350303104201", name="陈秀英", hint="祠堂后面"), set()),
        (ElderRef(short_no="00000000"), {("short_no_check", "/elder/short_no")}),
        (ElderRef(resident_id="350303194103159991"), set()),
        (ElderRef(resident_id="350303194103159992"), {("id_checksum", "/elder/resident_id")}),
    ],
)
def test_the_elder_is_named_in_one_way(elder: ElderRef, expected: set[tuple[str, str]]) -> None:
    assert wrong(a_record(elder=elder)) == expected


@pytest.mark.parametrize(
    ("worker", "expected"),
    [
        (WorkerRef(), {("reference_missing", "/worker")}),
        (WorkerRef(name="林小梅"), {("field_missing", "/worker/kind")}),
        (WorkerRef(external_id="W-1"), set()),
        (WorkerRef(id=ELDER, external_id="W-1"), {("reference_ambiguous", "/worker")}),
    ],
)
def test_the_worker_is_named_in_one_way(worker: WorkerRef, expected: set[tuple[str, str]]) -> None:
    assert wrong(a_record(worker=worker)) == expected
    companions = {(code, pointer.replace("/worker", "/co_workers/0")) for code, pointer in expected}
    assert wrong(a_record(co_workers=(worker,))) == companions


def test_every_kind_of_force_has_its_chinese_word() -> None:
    assert set(FORCE_WORDS) == set(ForceKind)
    assert len(set(FORCE_WORDS.values())) == len(ForceKind)


# --- signatures, files, refusals ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("signature", "missing"),
    [
        (Signature(SignatureKind.PAPER_ON_FILE), set()),
        (Signature(SignatureKind.THUMBPRINT), set()),
        (Signature(SignatureKind.UNABLE), {"reason"}),
        (Signature(SignatureKind.PROXY, by="陈明"), {"relation", "reason"}),
        (Signature(SignatureKind.PROXY, "陈明", "儿子", "手抖"), set()),
    ],
)
def test_who_signs_for_another_or_cannot_sign_says_why(signature: Signature, missing: set[str]) -> None:
    expected = {("field_missing", f"/elder_signature/{part}") for part in missing}
    assert wrong(a_record(elder_signature=signature)) == expected


def test_a_home_visit_is_signed_by_both() -> None:
    record = a_record(worker_signature=None, elder_signature=Signature(SignatureKind.NOT_APPLICABLE))
    assert wrong(record) == {
        ("field_missing", "/worker_signature"),
        ("signature_needed", "/elder_signature/kind"),
    }


def test_a_file_shows_the_elders_signature_as_a_post_does_and_not_the_workers() -> None:
    record = a_record(worker_signature=None, elder_signature=None, from_file=True)
    assert wrong(record) == {("field_missing", "/elder_signature")}
    assert wrong(replace(record, elder_signature=Signature(SignatureKind.PAPER_ON_FILE))) == set()


def test_an_unsafe_box_without_its_hazard_is_taken_with_a_warning() -> None:
    record = a_record(observations=replace(ALL_BOXES, gas_safety=Safety.UNSAFE, power_safety=Safety.UNSAFE))
    assert wrong(record) == set()
    told = replace(record, hazards=(Hazard(HazardKind.GAS, reminded=True),))
    assert [fault.pointer for fault in warnings(record)] == ["/gas_safety", "/power_safety"]
    assert warnings(told) == (Fault("reminder_unknown", "/power_safety"),)


@pytest.mark.parametrize(
    ("refusal", "signature", "by_elder", "conclusive"),
    [
        (None, SIGNED, False, False),
        (Refusal(True, RefusedBy.FAMILY), SIGNED, False, False),
        (Refusal(False, RefusedBy.ELDER), SIGNED, False, False),
        (Refusal(True, RefusedBy.ELDER), None, True, False),
        (Refusal(True, RefusedBy.ELDER), Signature(SignatureKind.PROXY), True, False),
        (Refusal(True, RefusedBy.ELDER), SIGNED, True, True),
    ],
)
def test_only_the_elders_own_refusal_in_person_is_his(
    refusal: Refusal | None, signature: Signature | None, by_elder: bool, conclusive: bool
) -> None:
    record = a_record(outcome=Outcome.REFUSED, refused=refusal, elder_signature=signature)
    assert (record.refused_by_elder, record.refusal_conclusive) == (by_elder, conclusive)


def test_a_reader_without_sight_of_sealed_things_sees_no_texts_names_or_places() -> None:
    seen = replace(ALL_BOXES, disease=Disease(DiseaseStatus.SEVERE, "脑梗"))
    record = a_record(
        observations=seen,
        notes="独自在家",
        needs=(Need(NeedKind.COMFORT, "想说话"),),
        elder_signature=Signature(SignatureKind.PROXY, "陈明", "儿子", "手抖"),
        check_in=Check(STARTED, 25.4, 119.1, CoordSystem.GCJ02),
    )
    shown = without_sealed(record)
    assert shown.observations.disease == Disease(DiseaseStatus.SEVERE)
    assert (shown.notes, shown.check_in, shown.elder) == (None, None, ElderRef())
    assert shown.needs == (Need(NeedKind.COMFORT),)
    assert shown.elder_signature == Signature(SignatureKind.PROXY)


def test_no_representation_of_a_record_tells_who_was_visited() -> None:
    elder = ElderRef(village="350303104201", name="陈秀英", resident_id="350303194103159991", hint="祠堂后面")
    told = repr(a_record(elder=elder, notes="独自在家"))
    assert not any(secret in told for secret in ("陈秀英", "350303194103159991", "祠堂", "独自在家"))
