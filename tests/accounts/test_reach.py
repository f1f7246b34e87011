"""Who manages whom, and whose rights a deputy holds."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from api.domain.access import AreaCode, Grant, Role
from api.domain.accounts import Deputyship, NewGrant, Reach, SignIn, grant_faults
from tests.builders import DISTRICT, OTHER_TOWNSHIP, OTHER_VILLAGE, TOWNSHIP, VILLAGE

PRINCIPAL = UUID(int=1)
NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))


def a_grant(role: Role, area: str, starts_on: date = date(2020, 1, 1), ends_on: date | None = None) -> Grant:
    return Grant(role, AreaCode(area), starts_on, ends_on)


SUPERVISOR, INSTRUCTOR, LIAISON = Role.DISTRICT_SUPERVISOR, Role.TOWNSHIP_INSTRUCTOR, Role.VILLAGE_LIAISON


@pytest.mark.parametrize(
    ("manager", "role", "area", "covered"),
    [
        (a_grant(SUPERVISOR, DISTRICT), INSTRUCTOR, TOWNSHIP, True),
        (a_grant(SUPERVISOR, DISTRICT), LIAISON, OTHER_VILLAGE, True),
        (a_grant(SUPERVISOR, DISTRICT), INSTRUCTOR, "350304100", False),
        (a_grant(SUPERVISOR, DISTRICT), SUPERVISOR, DISTRICT, False),
        (a_grant(SUPERVISOR, DISTRICT), Role.DASHBOARD, DISTRICT, False),
        (a_grant(SUPERVISOR, DISTRICT), Role.ADMIN, DISTRICT, False),
        (a_grant(INSTRUCTOR, TOWNSHIP), LIAISON, VILLAGE, True),
        (a_grant(INSTRUCTOR, TOWNSHIP), LIAISON, OTHER_VILLAGE, False),
        (a_grant(INSTRUCTOR, TOWNSHIP), INSTRUCTOR, TOWNSHIP, False),
        (a_grant(LIAISON, VILLAGE), LIAISON, VILLAGE, False),
        (a_grant(Role.ADMIN, DISTRICT), SUPERVISOR, DISTRICT, True),
        (a_grant(Role.ADMIN, DISTRICT), Role.AUDITOR, DISTRICT, True),
        (a_grant(Role.ADMIN, DISTRICT), SUPERVISOR, "350304", False),
        (a_grant(Role.AUDITOR, DISTRICT), LIAISON, VILLAGE, False),
    ],
)
def test_who_manages_whom(manager: Grant, role: Role, area: str, covered: bool) -> None:
    assert Reach.of([manager]).covers(role, area) is covered


def test_two_townships_reach_no_further_than_each() -> None:
    reach = Reach.of([a_grant(INSTRUCTOR, TOWNSHIP), a_grant(INSTRUCTOR, OTHER_TOWNSHIP)])

    assert reach.covers(LIAISON, VILLAGE)
    assert reach.covers(LIAISON, OTHER_VILLAGE)
    assert not reach.covers(LIAISON, "350303102201")


def test_a_deputy_holds_the_principals_grants_for_the_days_of_the_deputyship() -> None:
    [held] = Deputyship(PRINCIPAL, *NOVEMBER).of([a_grant(INSTRUCTOR, TOWNSHIP)])

    assert (held.role, held.area, held.deputy_for) == (INSTRUCTOR, TOWNSHIP, PRINCIPAL)
    assert [day for day in (date(2026, 10, 31), *NOVEMBER, date(2026, 12, 1)) if held.runs_on(day)] == [*NOVEMBER]


def test_a_deputyship_does_not_outlast_the_principals_own_grant() -> None:
    [held] = Deputyship(PRINCIPAL, *NOVEMBER).of([a_grant(INSTRUCTOR, TOWNSHIP, ends_on=date(2026, 11, 10))])

    assert held.ends_on == date(2026, 11, 10)


def test_a_deputy_of_a_deputy_holds_nothing_of_the_first() -> None:
    through_another = Deputyship(UUID(int=2), *NOVEMBER).of([a_grant(INSTRUCTOR, TOWNSHIP)])

    assert Deputyship(PRINCIPAL, *NOVEMBER).of(through_another) == ()


@pytest.mark.parametrize(
    ("grant", "codes"),
    [
        (NewGrant(NOVEMBER[0], None, SUPERVISOR, AreaCode(DISTRICT)), []),
        (NewGrant(*NOVEMBER, deputy_for=PRINCIPAL), []),
        (NewGrant(NOVEMBER[0], NOVEMBER[0], LIAISON, AreaCode(VILLAGE)), []),
        (NewGrant(NOVEMBER[0], None, LIAISON, AreaCode(TOWNSHIP)), ["role_area_mismatch"]),
        (NewGrant(NOVEMBER[0], None, LIAISON), ["grant_role_or_deputy"]),
        (NewGrant(NOVEMBER[0], None), ["grant_role_or_deputy"]),
        (NewGrant(NOVEMBER[0], None, LIAISON, AreaCode(VILLAGE), PRINCIPAL), ["grant_role_or_deputy"]),
        (NewGrant(NOVEMBER[0], None, deputy_for=PRINCIPAL), ["deputy_needs_end"]),
        (NewGrant(NOVEMBER[1], NOVEMBER[0], deputy_for=PRINCIPAL), ["grant_ends_before_start"]),
        (
            NewGrant(NOVEMBER[1], NOVEMBER[0], LIAISON, AreaCode("1")),
            ["role_area_mismatch", "grant_ends_before_start"],
        ),
    ],
)
def test_what_a_grant_may_be(grant: NewGrant, codes: list[str]) -> None:
    assert [fault.code for fault in grant_faults(grant, "/grants/0")] == codes


NOON = datetime(2026, 11, 3, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("age", "idle", "ended", "holds"),
    [
        (timedelta(0), timedelta(0), False, True),
        (timedelta(hours=11, minutes=59), timedelta(minutes=30), False, True),
        (timedelta(hours=12), timedelta(0), False, False),
        (timedelta(hours=1), timedelta(minutes=30, seconds=1), False, False),
        (timedelta(0), timedelta(0), True, False),
    ],
)
def test_how_long_a_session_holds(age: timedelta, idle: timedelta, ended: bool, holds: bool) -> None:
    sign_in = SignIn(
        session_id=UUID(int=3),
        user_id=PRINCIPAL,
        expires_at=NOON - age + timedelta(hours=12),
        last_seen_at=NOON - idle,
        ended=ended,
        must_change_password=False,
        grants=(),
    )

    assert sign_in.holds_at(NOON) is holds
