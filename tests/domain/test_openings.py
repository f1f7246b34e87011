"""What a record opens, and how quietly old paper does."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from api.domain.escalations import MajorRisk, RiskKind
from api.domain.hazards import Hazard, HazardKind, Reminder, Severity
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
from api.domain.openings import Opening, OpeningKind, openings, risk_opening
from api.domain.policy import PLAN, Method, Place
from api.domain.providers import ForceKind
from api.domain.references import ElderRef, WorkerRef
from api.domain.referrals import Need, NeedKind
from api.domain.visits import NotMet, Outcome, ToldBy, VisitRecord, Whereabouts

STARTED = datetime(2026, 11, 7, 9, 0, tzinfo=SHANGHAI)


def a_record(outcome: Outcome = Outcome.COMPLETED, **changes: object) -> VisitRecord:
    whole = VisitRecord(
        elder=ElderRef(short_no="00000018"),
        worker=WorkerRef(name="林小梅", kind=ForceKind.GRID_WORKER),
        method=Method.HOME,
        place=Place.HOME,
        outcome=outcome,
        started_at=STARTED,
    )
    return replace(whole, **changes)


def opened(
    record: VisitRecord, days: int = 0, *, later_contact: bool = False, mood_before: Change | None = None
) -> tuple[Opening, ...]:
    return openings(
        record,
        received_at=STARTED.astimezone(UTC) + timedelta(days=days),
        later_contact=later_contact,
        policy=PLAN,
        mood_before=mood_before,
    )


def kinds(found: tuple[Opening, ...]) -> list[tuple[str, str]]:
    return [(opening.kind.value, str(opening.subkind)) for opening in found]


UNSAFE = Observations(gas_safety=Safety.UNSAFE)


def test_a_visit_where_all_is_well_opens_nothing() -> None:
    assert opened(a_record(observations=Observations(gas_safety=Safety.SAFE, mood=Change.BETTER))) == ()


def test_an_unsafe_box_opens_a_hazard_of_the_household_with_unknown_reminder() -> None:
    (hazard,) = opened(a_record(observations=UNSAFE))
    assert kinds((hazard,)) == [("hazard", "gas")]
    assert hazard.reminder is Reminder.UNKNOWN


def test_a_hazard_sent_for_the_box_is_the_same_hazard() -> None:
    (hazard,) = opened(a_record(observations=UNSAFE, hazards=(Hazard(HazardKind.GAS, reminded=False),)))
    assert hazard.reminder is Reminder.NOT_GIVEN


def test_hazards_without_a_kind_are_told_apart_by_their_words() -> None:
    first, second = opened(
        a_record(hazards=(Hazard(HazardKind.OTHER, text="门槛高"), Hazard(HazardKind.OTHER, text="无扶手")))
    )
    assert first.distinguished_by != second.distinguished_by


def test_a_major_hazard_is_also_an_escalation_and_never_two() -> None:
    hazard = Hazard(HazardKind.GAS, Severity.MAJOR, "有气味")
    assert kinds(opened(a_record(hazards=(hazard,)))) == [("hazard", "gas"), ("escalation", "gas_leak")]
    reported = a_record(hazards=(hazard,), major_risk=MajorRisk(RiskKind.GAS_LEAK))
    assert kinds(opened(reported)) == [("escalation", "gas_leak"), ("hazard", "gas")]


@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_major_risk_is_heard_whatever_the_outcome(outcome: Outcome) -> None:
    record = a_record(outcome, major_risk=MajorRisk(RiskKind.FIRE), not_met=NotMet(Whereabouts.AWAY))
    assert ("escalation", "fire") in kinds(opened(record))


def test_dangers_to_life_are_major_and_the_nameless_is_general() -> None:
    assert {kind for kind in RiskKind if kind.severity is Severity.GENERAL} == {RiskKind.OTHER}


def test_a_risk_of_a_refused_record_is_found_at_its_receipt_unless_it_says_when() -> None:
    (opening,) = [risk_opening(MajorRisk(RiskKind.FIRE), received_at=STARTED, policy=PLAN)]
    assert opening.found_at == STARTED
    earlier = STARTED - timedelta(hours=5)
    risk = MajorRisk(RiskKind.FIRE, discovered_at=earlier)
    assert risk_opening(risk, received_at=STARTED, policy=PLAN).found_at == earlier
    ahead = replace(risk, discovered_at=STARTED + timedelta(days=1))
    assert risk_opening(ahead, received_at=STARTED, policy=PLAN).found_at == STARTED
    old = replace(risk, discovered_at=STARTED - timedelta(days=8))
    assert risk_opening(old, received_at=STARTED, policy=PLAN).subkind == "check_next_visit"


def test_changes_of_household_and_ability_open_tasks_with_days() -> None:
    seen = Observations(
        population_change=PopulationChange(PopulationKind.DECREASE, 1),
        mobility=Change.WORSE,
        expression=Change.WORSE,
    )
    found = opened(a_record(observations=seen))
    assert kinds(found) == [("task", "recheck_categories"), ("task", "suggest_assessment")]
    assert [task.due_on for task in found] == [date(2026, 11, 14), date(2026, 12, 7)]


def test_one_notice_stands_for_one_disease() -> None:
    first, second = (
        opened(a_record(observations=Observations(disease=Disease(DiseaseStatus.SEVERE, name))))[0]
        for name in ("脑梗", "骨折")
    )
    assert (first.kind, first.subkind) == (OpeningKind.NOTICE, "severe_disease")
    assert first.distinguished_by == first.text == "脑梗"
    assert first.distinguished_by != second.distinguished_by
    assert "脑梗" not in repr(first)


def test_low_spirits_twice_running_propose_comfort() -> None:
    record = a_record(observations=Observations(mood=Change.WORSE))
    assert opened(record) == ()
    assert opened(record, mood_before=Change.BETTER) == ()
    assert kinds(opened(record, mood_before=Change.WORSE)) == [("proposal", "comfort_service")]


def test_a_need_is_kept_whether_or_not_it_was_met_on_the_spot() -> None:
    found = opened(a_record(needs=(Need(NeedKind.COMFORT), Need(NeedKind.DAILY_CARE, solved=True))))
    assert [(need.subkind, need.solved) for need in found] == [("comfort", False), ("daily_care", True)]


@pytest.mark.parametrize(
    ("outcome", "proposal"),
    [
        (Outcome.HOSPITALISED, "suspension"),
        (Outcome.MOVED, "exit_moved_out"),
        (Outcome.DECEASED, "exit_death"),
    ],
)
def test_outcomes_that_change_standing_are_proposed(outcome: Outcome, proposal: str) -> None:
    assert kinds(opened(a_record(outcome))) == [("proposal", proposal)]


def test_nobody_home_opens_a_check_that_is_late_after_a_day() -> None:
    (check,) = opened(a_record(Outcome.NOT_MET))
    assert check.kind is OpeningKind.WHEREABOUTS_CHECK
    assert check.due_at == STARTED + timedelta(hours=24)
    unknown = a_record(Outcome.NOT_MET, started_at=None, visited_on=date(2026, 11, 7), time_unknown=True)
    (check,) = opened(unknown)
    assert check.due_at is not None
    assert check.due_at.date() == date(2026, 11, 8)


def test_a_neighbour_who_knows_answers_the_check_at_once() -> None:
    answered = NotMet(Whereabouts.AWAY, ToldBy.NEIGHBOUR)
    assert opened(a_record(Outcome.NOT_MET, not_met=answered)) == ()
    unanswered = NotMet(Whereabouts.UNKNOWN, ToldBy.NEIGHBOUR)
    assert kinds(opened(a_record(Outcome.NOT_MET, not_met=unanswered))) == [("whereabouts_check", "not_met")]


def test_what_was_observed_without_meeting_opens_nothing() -> None:
    record = a_record(
        Outcome.REFUSED,
        observations=UNSAFE,
        hazards=(Hazard(HazardKind.FIRE),),
        needs=(Need(NeedKind.COMFORT),),
    )
    assert opened(record) == ()


# --- old paper ----------------------------------------------------------------------------------------

REVEALING = a_record(
    observations=replace(UNSAFE, mobility=Change.WORSE),
    major_risk=MajorRisk(RiskKind.FIRE, text="线路冒烟"),
    needs=(Need(NeedKind.COMFORT), Need(NeedKind.DAILY_CARE, solved=True)),
)


def test_the_seventh_day_still_has_clocks_and_the_eighth_has_none() -> None:
    assert ("escalation", "fire") in kinds(opened(REVEALING, days=7))
    (task,) = opened(REVEALING, days=8)
    assert kinds((task,)) == [("task", "check_next_visit")]
    assert task.due_at is None
    assert task.text == "escalation fire: 线路冒烟; hazard gas; task suggest_assessment; need comfort"


def test_a_later_contact_makes_a_fresh_record_as_quiet_as_an_old_one() -> None:
    assert kinds(opened(REVEALING, later_contact=True)) == [("task", "check_next_visit")]
    assert kinds(opened(a_record(Outcome.NOT_MET), later_contact=True)) == [("task", "check_next_visit")]


def test_an_old_record_that_reveals_nothing_stays_silent() -> None:
    assert opened(a_record(), days=60) == ()
    assert opened(a_record(needs=(Need(NeedKind.COMFORT, solved=True),)), days=60) == ()


def test_a_death_outlives_the_age_of_its_record_but_not_a_later_contact() -> None:
    dead = a_record(Outcome.DECEASED)
    assert kinds(opened(dead, days=30)) == [("proposal", "exit_death")]
    assert opened(dead, days=30, later_contact=True) == ()
