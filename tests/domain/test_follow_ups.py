from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain.errors import Forbidden
from api.domain.follow_ups import Follower, FollowUpSubject, self_followed_up

WORKER, COLLEAGUE, OTHER, SUPERVISOR = (uuid4() for _ in range(4))
RISK, REVIEW = FollowUpSubject.RISK_REMOVED, FollowUpSubject.INCIDENT_REVIEWED


def of_township(person: UUID) -> Follower:
    return Follower(person, of_township=True, of_district=False)


def of_district(person: UUID = SUPERVISOR) -> Follower:
    return Follower(person, of_township=False, of_district=True)


def refusal(subject: FollowUpSubject, follower: Follower, did: set[UUID], instructors: set[UUID]) -> str:
    with pytest.raises(Forbidden) as refused:
        self_followed_up(subject, follower, did, instructors)
    return refused.value.code


def test_a_colleague_follows_up() -> None:
    assert not self_followed_up(RISK, of_township(COLLEAGUE), {WORKER}, {WORKER, COLLEAGUE})


def test_whoever_did_the_work_leaves_it_to_a_colleague() -> None:
    assert refusal(RISK, of_township(WORKER), {WORKER}, {WORKER, COLLEAGUE}) == "follow_up_by_another"


def test_so_does_the_district_while_the_township_has_somebody_else() -> None:
    assert refusal(RISK, of_district(), {WORKER}, {WORKER, COLLEAGUE}) == "follow_up_by_another"


def test_where_there_is_nobody_else_the_district_follows_up() -> None:
    assert not self_followed_up(RISK, of_district(), {WORKER}, {WORKER})
    assert not self_followed_up(RISK, of_district(), {WORKER}, set())


def test_or_the_same_person_with_the_flag() -> None:
    assert self_followed_up(RISK, of_township(WORKER), {WORKER}, {WORKER})
    assert self_followed_up(RISK, of_district(SUPERVISOR), {SUPERVISOR}, set())


def test_a_person_of_both_desks_counts_as_one_of_the_township() -> None:
    both = Follower(COLLEAGUE, of_township=True, of_district=True)
    assert not self_followed_up(RISK, both, {WORKER}, {WORKER, COLLEAGUE})


def test_what_happened_is_reviewed_by_the_district() -> None:
    assert refusal(REVIEW, of_township(COLLEAGUE), {WORKER}, {WORKER}) == "incident_review_by_district"
    assert not self_followed_up(REVIEW, of_district(), {WORKER}, {WORKER, COLLEAGUE})
    assert self_followed_up(REVIEW, of_district(), {SUPERVISOR}, set())


people = st.sampled_from([WORKER, COLLEAGUE, OTHER, SUPERVISOR])


@given(person=people, did=st.sets(people), instructors=st.sets(people), district=st.booleans())
def test_nobody_judges_own_work_unseen(person: UUID, did: set[UUID], instructors: set[UUID], district: bool) -> None:
    """Whatever is let through is either independent or flagged; and somebody is always let through."""
    follower = Follower(person, of_township=person in instructors, of_district=district)
    try:
        flagged = self_followed_up(RISK, follower, did, instructors)
    except Forbidden:
        able = instructors - did
        assert able
        for each in able:
            assert not self_followed_up(RISK, of_township(each), did, instructors)
        return
    assert flagged == (person in did)
    assert not flagged or not instructors - did
