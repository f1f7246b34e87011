"""A draw is the same for whoever draws again, and flags make a record likelier, never certain."""

from collections import Counter
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from api.domain.flags import FlagCode
from api.domain.inspections import Candidate, draw, sample_size

candidates = st.lists(
    st.builds(Candidate, st.uuids(), st.frozensets(st.sampled_from(list(FlagCode)))),
    max_size=40,
    unique_by=lambda each: each.visit_id,
)


@given(candidates, st.integers(0, 50), st.text(min_size=1), st.randoms())
def test_the_order_of_the_records_plays_no_part(found: list[Candidate], size: int, seed: str, random: object) -> None:
    shuffled = sorted(found, key=lambda each: each.visit_id.int % 97)
    assert draw(found, size, seed) == draw(shuffled, size, seed)


@given(candidates, st.integers(0, 50), st.text(min_size=1))
def test_nobody_is_drawn_twice_and_all_who_can_be_are(found: list[Candidate], size: int, seed: str) -> None:
    drawn = [each.visit_id for each in draw(found, size, seed)]
    assert len(set(drawn)) == len(drawn) == min(size, len(found))


@given(candidates, st.integers(0, 49), st.text(min_size=1))
def test_a_larger_sample_holds_the_smaller(found: list[Candidate], size: int, seed: str) -> None:
    assert draw(found, size + 1, seed)[:size] == draw(found, size, seed)


def test_flags_make_a_record_likelier() -> None:
    plain = [Candidate(UUID(int=number), ()) for number in range(90)]
    flagged = [Candidate(UUID(int=number), (FlagCode.VISIT_AFTER_DEATH,)) for number in range(90, 100)]
    drawn: Counter[bool] = Counter()
    for seed in range(200):
        drawn.update(each.weight > 1 for each in draw([*plain, *flagged], 10, str(seed)))
    assert 800 < drawn[True] < 1200  # half of the weight: about half of 2,000
    assert drawn[False] > 500


def test_a_sample_of_anything_is_at_least_one_record() -> None:
    assert (sample_size(0, 5), sample_size(1, 5), sample_size(20, 5), sample_size(21, 5)) == (0, 1, 1, 2)
