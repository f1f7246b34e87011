"""Referrals by their rules: what may follow what, when the next step is due, whom may be asked."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain.access import AreaCode
from api.domain.consents import SpokenBy
from api.domain.errors import Conflict, WrongState
from api.domain.follow_ups import FollowUpResult
from api.domain.policy import PLAN
from api.domain.referrals import (
    LIFE,
    OPEN,
    NeedKind,
    ReferralCommand,
    ReferralKind,
    ReferralState,
    Target,
    after_closing,
    after_follow_up,
    consent_faults,
    deliver_by,
    due_on,
    is_late,
    is_urgent,
)

DAY = date(2026, 11, 3)
states, results = st.sampled_from(ReferralState), st.sampled_from(FollowUpResult)
ENDED = set(ReferralState) - OPEN


@given(walk=st.lists(st.one_of(st.sampled_from(ReferralCommand), results), max_size=40))
def test_nothing_is_closed_unless_the_last_word_was_that_it_helped(
    walk: list[ReferralCommand | FollowUpResult],
) -> None:
    state, heard = ReferralState.REQUESTED, None
    for step in walk:
        try:
            if isinstance(step, FollowUpResult):
                state = after_follow_up(step, state)
                heard = step if step is not FollowUpResult.NOT_REACHED else heard
            elif step is ReferralCommand.CLOSE:
                state = after_closing(state)
            elif step not in (ReferralCommand.CONFIRM, ReferralCommand.FOLLOW_UP):  # what a follow-up does
                state = LIFE.after(step, state)
        except (WrongState, Conflict):
            continue
        if state is ReferralState.DELIVERED and step is ReferralCommand.DELIVER:
            heard = None
        if state is ReferralState.CLOSED:
            assert heard is FollowUpResult.EASED


@given(state=states)
def test_closing_too_early_asks_for_a_follow_up_and_too_late_is_a_wrong_state(state: ReferralState) -> None:
    if state is ReferralState.FOLLOWED_UP:
        assert after_closing(state) is ReferralState.CLOSED
        return
    with pytest.raises(WrongState if state in ENDED else Conflict) as refused:
        after_closing(state)
    assert refused.value.code == ("wrong_state" if state in ENDED else "follow_up_required")


@given(state=states, since=st.dates(DAY, DAY + timedelta(400)), urgent=st.booleans())
def test_whatever_waits_for_somebody_has_a_day_and_help_itself_bounds_the_way_there(
    state: ReferralState, since: date, urgent: bool
) -> None:
    delivery = deliver_by(DAY, PLAN, urgent=urgent)
    due = due_on(state, since, delivery, PLAN)
    assert (due is None) == (state in ENDED | {ReferralState.FOLLOWED_UP})
    if due is not None and state is not ReferralState.DELIVERED:
        assert due <= delivery


@pytest.mark.parametrize(
    ("state", "urgent", "days"),
    [
        (ReferralState.REQUESTED, False, 5),
        (ReferralState.REJECTED, False, 5),
        (ReferralState.ACCEPTED, False, 30),
        (ReferralState.REOPENED, False, 30),
        (ReferralState.DELIVERED, False, 7),
        (ReferralState.REQUESTED, True, 3),
        (ReferralState.ACCEPTED, True, 3),
    ],
)
def test_the_plans_days(state: ReferralState, urgent: bool, days: int) -> None:
    due = due_on(state, DAY, deliver_by(DAY, PLAN, urgent=urgent), PLAN)
    assert due == DAY + timedelta(days)
    assert not is_late(state, due, DAY + timedelta(days))
    assert is_late(state, due, DAY + timedelta(days + 1))


def test_what_has_ended_is_never_late() -> None:
    assert not any(is_late(state, DAY, DAY + timedelta(99)) for state in ENDED)


def test_rescue_is_urgent_whether_or_not_somebody_says_so() -> None:
    assert is_urgent(ReferralKind.EMERGENCY_RESCUE, asked=False)
    assert is_urgent(ReferralKind.COMFORT, asked=True)
    assert not is_urgent(ReferralKind.COMFORT, asked=False)


@pytest.mark.parametrize(
    ("kind", "given_by", "on", "codes"),
    [
        (ReferralKind.COMFORT, SpokenBy.SELF, DAY, []),
        (ReferralKind.COMFORT, SpokenBy.LEGAL_GUARDIAN, DAY, []),
        (ReferralKind.COMFORT, None, None, ["referral_consent_needed"]),
        (ReferralKind.EMERGENCY_RESCUE, None, None, []),
        (ReferralKind.COMFORT, SpokenBy.FAMILY, DAY + timedelta(1), ["word_not_entitled", "day_in_future"]),
    ],
)
def test_whose_yes_it_takes(kind: ReferralKind, given_by: SpokenBy | None, on: date | None, codes: list[str]) -> None:
    assert [fault.code for fault in consent_faults(kind, given_by, on, DAY)] == codes


def test_a_body_helps_in_its_area_with_what_it_does_while_it_is_active() -> None:
    target = Target(AreaCode("350303104"), frozenset({ReferralKind.COMFORT}), DAY, DAY)
    assert not list(target.faults(ReferralKind.COMFORT, "350303104201", DAY))
    elsewhere = target.faults(ReferralKind.MEDICAL, "350303101201", DAY + timedelta(1))
    assert [fault.code for fault in elsewhere] == [
        "target_serves_elsewhere",
        "target_does_not_serve",
        "target_not_active",
    ]


def test_what_a_record_calls_a_need_can_be_asked_for() -> None:
    assert {kind.need for kind in ReferralKind} == {*NeedKind, None}
    assert [kind.value for kind in ReferralKind if kind.need is None] == [
        "medical",
        "donation",
        "legal_aid",
        "protection",
    ]
