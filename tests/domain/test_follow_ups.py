from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain.errors import Forbidden
from api.domain.follow_ups import self_followed_up

WORKER, COLLEAGUE, OTHER, SUPERVISOR = (uuid4() for _ in range(4))
PEOPLE = st.sampled_from([WORKER, COLLEAGUE, OTHER, SUPERVISOR])


def flagged(person: UUID, did_the_work: set[UUID], instructors: set[UUID]) -> bool:
    """Whether somebody asks about work of his own; raises where somebody else is to ask."""
    of_township = person in instructors
    return self_followed_up(person, of_township=of_township, did_the_work=did_the_work, instructors=instructors)


def refused(person: UUID, did_the_work: set[UUID], instructors: set[UUID]) -> bool:
    try:
        flagged(person, did_the_work, instructors)
    except Forbidden as refusal:
        return refusal.code == "follow_up_by_another"
    return False


def test_a_colleague_follows_up() -> None:
    assert not flagged(COLLEAGUE, {WORKER}, {WORKER, COLLEAGUE})


@pytest.mark.parametrize("person", [WORKER, SUPERVISOR])
def test_whoever_did_the_work_and_the_district_leave_it_to_a_colleague(person: UUID) -> None:
    assert refused(person, {WORKER}, {WORKER, COLLEAGUE})


@pytest.mark.parametrize("instructors", [{WORKER}, set()])
def test_where_there_is_nobody_else_the_district_follows_up(instructors: set[UUID]) -> None:
    assert not flagged(SUPERVISOR, {WORKER}, instructors)


def test_or_the_same_person_with_the_flag() -> None:
    assert flagged(WORKER, {WORKER}, {WORKER})
    assert flagged(SUPERVISOR, {SUPERVISOR}, set())


@given(person=PEOPLE, did_the_work=st.sets(PEOPLE), instructors=st.sets(PEOPLE))
def test_nobody_judges_own_work_unseen(person: UUID, did_the_work: set[UUID], instructors: set[UUID]) -> None:
    """Whatever is let through is independent or flagged; who is refused leaves it to somebody who may."""
    able = instructors - did_the_work
    if refused(person, did_the_work, instructors):
        assert able
        assert not any(flagged(each, did_the_work, instructors) for each in able)
        return
    assert flagged(person, did_the_work, instructors) == (person in did_the_work)
    assert person not in did_the_work or not able
