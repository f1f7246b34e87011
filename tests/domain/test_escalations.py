"""Clocks and desks of a major risk, by state and time alone (rules A26, A27)."""

import os
import time as system
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain.divisions import Level
from api.domain.escalations import (
    ACUTE,
    LIFE,
    LIVE,
    WAITING,
    ClockKind,
    ClockState,
    Course,
    EscalationCommand,
    EscalationState,
    RiskKind,
    acknowledge_due,
    call_due,
    clocks_of,
    contact_due,
    ends_with_review,
    is_overdue,
    level_at,
    may_act,
    may_hand_over,
    moved_up_by_clock,
    severity_of,
)
from api.domain.hazards import Severity
from api.domain.months import SHANGHAI
from api.domain.policy import PLAN
from api.domain.working_days import WorkingDays

DAYS = WorkingDays()
SECOND = timedelta(seconds=1)
ZONES = ("UTC", "Asia/Shanghai", "America/New_York")


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI)


def a_course(severity: Severity = Severity.MAJOR, **facts: Any) -> Course:
    """Found and reported at ten on a Tuesday, unless said."""
    discovered_at = facts.pop("discovered_at", at("2026-11-03 10:00"))
    received_at = facts.pop("received_at", discovered_at)
    known = {
        "state": EscalationState.OPEN,
        "level": Level.TOWNSHIP,
        "call_due_at": call_due(severity, discovered_at, PLAN),
        "contact_due_at": contact_due(severity, discovered_at, PLAN),
        "acknowledge_due_at": acknowledge_due(severity, received_at, PLAN, DAYS),
    }
    return Course(discovered_at=discovered_at, received_at=received_at, **{**known, **facts})


@pytest.fixture(params=ZONES)
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Where the server believes it stands."""
    monkeypatch.setenv("TZ", request.param)
    system.tzset()
    yield request.param
    monkeypatch.undo()
    system.tzset()


def test_smoke_at_ten_told_a_day_later_is_late_for_the_reporter_alone() -> None:
    """Smoke 10:00, called 10:05, received the next day 18:00, acknowledged 18:30 (A27)."""
    course = a_course(
        received_at=at("2026-11-04 18:00"),
        emergency_called_at=at("2026-11-03 10:05"),
        contact_reached_at=at("2026-11-03 10:40"),
        acknowledged_at=at("2026-11-04 18:30"),
        state=EscalationState.RESPONDING,
    )
    states = {kind: clock.state(at("2026-11-09 00:00")) for kind, clock in clocks_of(course).items()}
    assert states == dict.fromkeys(
        (ClockKind.EMERGENCY_CALL, ClockKind.CONTACT, ClockKind.ACKNOWLEDGEMENT), ClockState.IN_TIME
    )
    assert course.report_delay == timedelta(hours=32)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-11-06 17:50", "2026-11-09 09:50"),  # Friday, ten minutes before the office closes
        ("2026-11-03 07:10", "2026-11-03 10:00"),
        ("2026-11-03 16:00", "2026-11-03 18:00"),
        ("2026-11-07 12:00", "2026-11-09 10:00"),  # Saturday
    ],
)
def test_a_general_case_waits_for_the_office_to_open(zone: str, received: str, due: str) -> None:
    assert acknowledge_due(Severity.GENERAL, at(received), PLAN, DAYS) == at(due)


def test_a_major_one_waits_for_nobody(zone: str) -> None:
    assert acknowledge_due(Severity.MAJOR, at("2026-11-06 23:50"), PLAN, DAYS) == at("2026-11-07 01:50")


def test_holidays_and_moved_weekends_are_heeded() -> None:
    days = WorkingDays(free=frozenset({date(2026, 10, 1), date(2026, 10, 2)}), moved=frozenset({date(2026, 10, 3)}))
    assert acknowledge_due(Severity.GENERAL, at("2026-09-30 17:00"), PLAN, days) == at("2026-10-03 09:00")


@pytest.mark.parametrize("severity", Severity)
def test_it_is_the_districts_one_second_after_the_clock_ran_out(zone: str, severity: Severity) -> None:
    course = a_course(severity, received_at=at("2026-11-06 17:50"))
    due_at = course.acknowledge_due_at
    for here in (due_at, due_at.astimezone(UTC), due_at.astimezone()):
        assert (level_at(course, here), level_at(course, here + SECOND)) == (Level.TOWNSHIP, Level.DISTRICT)
        states = [clocks_of(course)[ClockKind.ACKNOWLEDGEMENT].state(moment) for moment in (here, here + SECOND)]
        assert states == [ClockState.RUNNING, ClockState.LATE]
    assert os.environ["TZ"] == zone


def test_acknowledged_late_it_stays_where_it_was_put() -> None:
    late = {"acknowledged_at": at("2026-11-03 15:00"), "state": EscalationState.RESPONDING, "level": Level.DISTRICT}
    assert level_at(a_course(**late), at("2026-11-03 16:00")) is Level.DISTRICT
    assert level_at(a_course(**{**late, "level": Level.VILLAGE}), at("2026-11-03 16:00")) is Level.VILLAGE


def test_nothing_general_needs_an_ambulance() -> None:
    assert set(clocks_of(a_course(Severity.GENERAL))) == {ClockKind.ACKNOWLEDGEMENT}


def test_a_call_after_sixteen_minutes_was_late_whenever_it_is_told() -> None:
    course = a_course(emergency_called_at=at("2026-11-03 10:15") + SECOND)
    call = clocks_of(course)[ClockKind.EMERGENCY_CALL]
    assert call.state(at("2026-11-03 10:00")) is ClockState.LATE
    assert clocks_of(a_course())[ClockKind.CONTACT].due_at == at("2026-11-03 11:00")


@pytest.mark.parametrize("kind", RiskKind)
def test_a_danger_to_life_is_major_by_its_kind(kind: RiskKind) -> None:
    assert severity_of(kind, Severity.GENERAL) is (Severity.GENERAL if kind is RiskKind.OTHER else Severity.MAJOR)
    assert severity_of(kind, Severity.MAJOR) is Severity.MAJOR


def test_only_a_death_ends_with_a_review() -> None:
    assert [kind for kind in RiskKind if ends_with_review(kind)] == [RiskKind.DEATH_FOUND]


def test_the_village_helps_until_the_district_has_it() -> None:
    assert [may_act(Level.VILLAGE, level) for level in (Level.VILLAGE, Level.TOWNSHIP, Level.DISTRICT)] == [
        True,
        True,
        False,
    ]
    assert all(may_act(own, level) for own in (Level.TOWNSHIP, Level.DISTRICT) for level in Level)


def test_what_the_district_has_only_the_district_gives_back() -> None:
    assert [own for own in Level if may_hand_over(own, Level.DISTRICT)] == [Level.DISTRICT]
    assert all(may_hand_over(own, level) for own in Level for level in (Level.VILLAGE, Level.TOWNSHIP))


COURSES = st.builds(
    a_course,
    state=st.sampled_from(EscalationState),
    level=st.sampled_from(Level),
    acknowledged_at=st.none() | st.just(at("2026-11-03 11:00")),
    emergency_called_at=st.none() | st.just(at("2026-11-03 10:05")),
    contact_reached_at=st.none() | st.just(at("2026-11-03 10:30")),
    follow_up_due_at=st.none() | st.just(at("2026-11-10 10:00")),
)
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=9)).map(lambda passed: at("2026-11-03 10:00") + passed)


@given(COURSES, MOMENTS)
def test_a_clock_moves_a_case_up_and_never_down(course: Course, now: datetime) -> None:
    moved = moved_up_by_clock(course, now)
    assert not moved or (course.state in WAITING and level_at(course, now) is Level.DISTRICT)
    assert moved or level_at(course, now) is course.level


@given(COURSES, MOMENTS)
def test_what_is_late_stays_late_until_somebody_does_something(course: Course, now: datetime) -> None:
    if is_overdue(course, now):
        assert course.state in LIVE
        assert is_overdue(course, now + timedelta(days=1))


@given(st.lists(st.sampled_from(EscalationCommand), max_size=25))
def test_no_case_is_closed_that_nobody_made_sure_of(commands: list[EscalationCommand]) -> None:
    """But by the district's review, or as a false alarm or a duplicate."""
    state, sure = EscalationState.OPEN, False
    for command in commands:
        if command not in LIFE.commands(state):
            continue
        state = LIFE.after(command, state)
        if command in (EscalationCommand.FOLLOW_UP, EscalationCommand.REVIEW_INCIDENT):
            sure = True
        elif state in ACUTE:
            sure = False
        assert sure or state is not EscalationState.CLOSED
