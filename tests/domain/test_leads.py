"""Who a lead may be, and what an unsafe home adds."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain.hazards import HazardKind
from api.domain.leads import LIFE, UNVERIFIED, Hint, LeadState, Resemblance, already, unsafe_at_home

VILLAGE = "350303104201"
ELDER, LEAD = UUID(int=1), UUID(int=2)

hints = st.builds(
    Hint,
    village=st.just(VILLAGE),
    name=st.just("郑阿婆"),
    number=st.none() | st.sampled_from([b"one", b"other"]),
    birth_year=st.none() | st.integers(1930, 1933),
)
resemblances = st.builds(
    Resemblance,
    elder_id=st.none() | st.just(ELDER),
    lead_id=st.none() | st.just(LEAD),
    certain=st.booleans(),
    left=st.booleans(),
)


@given(hints, hints)
def test_two_hints_are_alike_both_ways_unless_something_speaks_against_it(one: Hint, other: Hint) -> None:
    assert one.may_be(other) == other.may_be(one)
    pairs = ((one.number, other.number), (one.birth_year, other.birth_year))
    assert one.may_be(other) == all(None in pair or pair[0] == pair[1] for pair in pairs)


@given(st.lists(resemblances))
def test_only_a_number_makes_a_duplicate_and_never_of_who_has_left(alike: list[Resemblance]) -> None:
    found = already(alike)
    certain = [each for each in alike if each.certain and not each.left]
    assert (found is None) == (not certain)
    assert found is None or found in certain


def test_an_elder_comes_before_another_lead() -> None:
    elder, lead = Resemblance(elder_id=ELDER, certain=True), Resemblance(lead_id=LEAD, certain=True)
    assert already([lead, elder]) == elder


def test_who_made_a_file_stays_verified_and_all_else_may_be_looked_at_again() -> None:
    assert not [*LIFE.commands(LeadState.VERIFIED)]
    for state in set(LeadState) - {LeadState.VERIFIED, *UNVERIFIED}:
        assert [*LIFE.commands(state)] == ["reopen"]


@pytest.mark.parametrize(
    ("living", "named", "added"),
    [
        ({}, (), []),
        ({"water_safe": True, "power_safe": None}, (), []),
        ({"water_safe": False, "housing_safe": False}, (), [HazardKind.DRINKING_WATER, HazardKind.HOUSING]),
        ({"power_safe": False}, (HazardKind.POWER,), []),
    ],
)
def test_an_unsafe_box_adds_the_hazard_that_nobody_named(
    living: dict[str, bool | None], named: tuple[HazardKind, ...], added: list[HazardKind]
) -> None:
    assert [*unsafe_at_home(living, named)] == added
