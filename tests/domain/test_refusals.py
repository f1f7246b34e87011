"""Refused again and again (A33)."""

from hypothesis import given
from hypothesis import strategies as st

from api.domain.charges import ObligationState
from api.domain.refusals import RefusalsBy, RefusalShare, runs_to_talk_about, too_many

R, M, E = ObligationState.REFUSED, ObligationState.MET, ObligationState.EXCUSED


def talks(*states: ObligationState) -> list[str]:
    return runs_to_talk_about((str(number), state) for number, state in enumerate(states))


def test_the_third_in_a_row_calls_for_one_talk() -> None:
    assert talks(R, R) == []
    assert talks(R, R, R) == talks(R, R, R, R, ObligationState.OPEN) == ["0"]


def test_a_visit_breaks_the_row_and_a_suspension_does_not() -> None:
    assert talks(R, R, M, R) == []
    assert talks(R, E, R, R) == ["0"]
    assert talks(R, R, R, M, R, R, R) == ["0", "4"]


@given(states=st.lists(st.sampled_from(ObligationState)))
def test_a_later_period_never_takes_a_talk_back(states: list[ObligationState]) -> None:
    assert talks(*states)[: len(talks(*states[:-1]))] == talks(*states[:-1])


def test_five_in_a_hundred_is_not_above_five_percent() -> None:
    shares = [RefusalShare(RefusalsBy.VILLAGE, None, "350303104201", refused, 100) for refused in (4, 5, 6)]
    assert [share.refused for share in too_many(shares, 5)] == [6]
