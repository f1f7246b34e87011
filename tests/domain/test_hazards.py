from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain.errors import WrongState
from api.domain.hazards import (
    LIFE,
    STANDING,
    HazardCommand,
    HazardState,
    safe_command,
    there_again,
)

SEEN, LOOKED = date(2026, 11, 2), date(2026, 11, 10)
DAYS = st.dates(SEEN - timedelta(days=10), SEEN + timedelta(days=30))
REOPENING = [HazardCommand.SEE_UNSAFE, HazardCommand.WITHDRAW_SAFE]


def looked(state: HazardState, day: date, safe_on: date | None = None) -> HazardCommand | None:
    return safe_command(state, day, last_seen_on=SEEN, safe_on=safe_on)


def test_a_first_look_proposes_and_another_day_resolves() -> None:
    assert looked(HazardState.OPEN, LOOKED) is HazardCommand.SEE_SAFE
    assert looked(HazardState.RESOLUTION_PROPOSED, LOOKED, safe_on=LOOKED) is None
    later = looked(HazardState.RESOLUTION_PROPOSED, LOOKED + timedelta(days=1), safe_on=LOOKED)
    assert later is HazardCommand.SEE_SAFE_AGAIN


def test_a_look_told_late_counts_as_the_other_day() -> None:
    earlier = looked(HazardState.RESOLUTION_PROPOSED, LOOKED - timedelta(days=1), safe_on=LOOKED)
    assert earlier is HazardCommand.SEE_SAFE_AGAIN


@given(state=st.sampled_from(HazardState), day=DAYS, safe_on=st.none() | DAYS)
def test_a_look_never_speaks_about_a_day_it_did_not_follow(state: HazardState, day: date, safe_on: date | None) -> None:
    command = looked(state, day, safe_on)
    if day <= SEEN or state not in STANDING:
        assert command is None
    if command is not None:
        LIFE.after(command, state)


@given(st.lists(st.tuples(st.booleans(), DAYS), max_size=20))
def test_only_two_safe_days_after_the_last_sighting_make_it_gone(sights: list[tuple[bool, date]]) -> None:
    """Looks in any order of telling: resolved by looks means two safe days behind every sighting before them."""
    state, last_seen, safe_on, safe_days = HazardState.OPEN, SEEN, None, set[date]()
    for safe, day in sights:
        if state not in STANDING:
            break
        if not safe:
            state = there_again(HazardCommand.SEE_UNSAFE, state, reminded=False)
            last_seen, safe_on, safe_days = max(last_seen, day), None, set()
            continue
        command = safe_command(state, day, last_seen_on=last_seen, safe_on=safe_on)
        if command is not None:
            state, safe_on = LIFE.after(command, state), safe_on or day
            safe_days.add(day)
    assert (state is HazardState.RESOLVED) == (len(safe_days) == 2)
    assert all(day > last_seen for day in safe_days)


@pytest.mark.parametrize("command", REOPENING)
@pytest.mark.parametrize("state", HazardState)
def test_what_is_there_again_is_reminded_where_the_household_was(command: HazardCommand, state: HazardState) -> None:
    if state not in LIFE.allowed(command):
        with pytest.raises(WrongState):
            there_again(command, state, reminded=True)
        return
    assert there_again(command, state, reminded=True) is HazardState.REMINDED
    assert there_again(command, state, reminded=False) is HazardState.OPEN


def test_nothing_leads_out_of_what_is_cancelled() -> None:
    assert list(LIFE.commands(HazardState.CANCELLED)) == []
