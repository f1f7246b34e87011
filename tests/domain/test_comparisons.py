"""Records beside others: what cannot be, what was copied; and all the honest work that looks a little like it."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from api.domain.comparisons import (
    Answers,
    Fix,
    Shown,
    Stop,
    identical_records,
    impossible_travel,
    photo_seen_before,
    proxy_share,
    signed_by_proxy,
    worker_in_two_places,
)
from api.domain.flags import (
    gps_far,
    manual_entry,
    no_check_out,
    too_short,
    training_missing,
)
from api.domain.months import SHANGHAI
from api.domain.policy import PLAN, Method, Place
from api.domain.positions import Position
from api.domain.proof import Capture, CaptureMethod, Check, CoordSystem, Signature, SignatureKind
from api.domain.visits import Outcome
from tests.domain.records import STARTED, a_record

NINE = datetime(2026, 11, 2, 9, tzinfo=SHANGHAI)
HOME = Position(25.4541, 119.1103)
USUAL = Answers(b"as ever", None)
MINUTES = st.integers(0, 180)


def a_stop(house: int = 1, minute: int = 0, lasting: int | None = 30, **more: object) -> Stop:
    start = NINE + timedelta(minutes=minute)
    ends = None if lasting is None else start + timedelta(minutes=lasting)
    stop = Stop(
        visit_id=UUID(int=house * 1000 + minute),
        house=UUID(int=house),
        day=date(2026, 11, 2),
        method=Method.HOME,
        place=Place.HOME,
        started_at=start,
        ended_at=ends,
    )
    return replace(stop, **more)


# --- two places ---------------------------------------------------------------------------------------


def in_two(one: Stop, other: Stop) -> bool:
    return worker_in_two_places(one, [other], PLAN) is not None


def test_half_an_hour_in_two_houses_at_once_is_one_too_many() -> None:
    assert in_two(a_stop(1), a_stop(2, 10))
    assert in_two(a_stop(1, lasting=None), a_stop(2, lasting=None))


def test_times_that_people_round_and_houses_that_people_share_are_honest() -> None:
    assert not in_two(a_stop(1), a_stop(2, 25))
    assert not in_two(a_stop(1), a_stop(2, 30))
    assert not in_two(a_stop(1), a_stop(1, 10))


def test_a_canteen_is_one_place_for_all_and_a_home_is_not_a_canteen() -> None:
    met = a_stop(1, place=Place.CANTEEN)
    assert not in_two(met, a_stop(2, place=Place.CANTEEN))
    assert in_two(met, a_stop(2))


@given(st.sampled_from([Method.PHONE, Method.ONLINE, Method.REMOTE_MONITORING]), MINUTES)
def test_a_call_takes_nobody_anywhere(method: Method, minute: int) -> None:
    call = a_stop(2, minute, method=method, fixes=(Fix(NINE, Position(31.2, 121.4), 0),))
    assert not in_two(a_stop(1), call)
    assert impossible_travel(a_stop(1, fixes=(Fix(NINE, HOME, 0),)), [call], PLAN) is None


@given(MINUTES)
def test_an_hour_that_nobody_knows_overlaps_nothing(minute: int) -> None:
    assert not in_two(a_stop(1, started_at=None, ended_at=None), a_stop(2, minute))


@given(MINUTES, MINUTES, st.integers(1, 120), st.integers(1, 120))
def test_being_in_two_places_is_mutual(one: int, other: int, lasting: int, other_lasting: int) -> None:
    first, second = a_stop(1, one, lasting), a_stop(2, other, other_lasting)
    assert in_two(first, second) == in_two(second, first)


# --- travel -------------------------------------------------------------------------------------------


def placed(house: int, minute: int, km: float, doubt: float = 0) -> Stop:
    where = Position(HOME.lat + km / 111.195, HOME.lng)
    return a_stop(house, minute, fixes=(Fix(NINE + timedelta(minutes=minute), where, doubt),))


def too_fast(one: Stop, other: Stop) -> bool:
    return impossible_travel(one, [other], PLAN) is not None


def test_twenty_kilometres_in_five_minutes_are_too_many_and_in_half_an_hour_they_are_not() -> None:
    assert too_fast(placed(1, 0, 0), placed(2, 5, 20))
    assert not too_fast(placed(1, 0, 0), placed(2, 30, 20))


def test_neighbours_are_reached_at_once_and_a_device_that_doubts_is_believed() -> None:
    assert not too_fast(placed(1, 0, 0), placed(2, 0, 0.4))
    assert not too_fast(placed(1, 0, 0, doubt=1_000), placed(2, 0, 1.8, doubt=400))


@given(MINUTES, MINUTES, st.floats(0, 100))
def test_the_way_back_is_as_long(one: int, other: int, km: float) -> None:
    here, there = placed(1, one, 0), placed(2, other, km)
    assert too_fast(here, there) == too_fast(there, here)


# --- photos, copies, signatures -----------------------------------------------------------------------


def test_a_photo_belongs_to_one_house_on_one_day() -> None:
    house, day = UUID(int=1), date(2026, 11, 2)
    assert photo_seen_before(house, day, [Shown(house, day)]) is None
    assert photo_seen_before(house, day, [Shown(house, date(2026, 10, 2))]) is not None
    assert photo_seen_before(house, day, [Shown(UUID(int=2), day)]) is not None


COPIED = Answers(b"copied", b"all is well")
UNEVEN = (0, 35, 60, 110, 130)


def a_round(answers: Answers, minutes: tuple[int, ...] = UNEVEN) -> tuple[Stop, list[Stop]]:
    stops = [a_stop(house, minute, lasting=20 + minute % 7, answers=answers) for house, minute in enumerate(minutes, 1)]
    return stops[0], stops[1:]


def test_copied_notes_in_several_houses_are_seen() -> None:
    flag = identical_records(*a_round(COPIED), USUAL, PLAN)
    assert flag is not None
    assert flag.params == {"records": 4}


def test_what_was_said_of_the_elder_before_may_be_said_again_of_him() -> None:
    assert identical_records(*a_round(COPIED), COPIED, PLAN) is None


def test_the_same_boxes_alone_say_only_that_most_are_as_they_were() -> None:
    assert identical_records(*a_round(replace(COPIED, notes=None)), USUAL, PLAN) is None
    first, others = a_round(COPIED)
    written = [replace(each, answers=Answers(b"copied", each.house.bytes)) for each in others]
    assert identical_records(first, written, USUAL, PLAN) is None


def test_visits_that_follow_each_other_like_clockwork_are_seen_without_notes_too() -> None:
    stops = [a_stop(house, 17 * house, lasting=15, answers=Answers(b"copied", None)) for house in range(1, 5)]
    assert identical_records(stops[0], stops[1:], USUAL, PLAN) is not None


def test_one_house_many_times_is_one_house() -> None:
    first, _ = a_round(COPIED)
    others = [a_stop(2, minute, answers=COPIED) for minute in (40, 80, 120, 160)]
    assert identical_records(first, others, USUAL, PLAN) is None


@given(st.integers(0, 2))
def test_fewer_houses_than_the_policy_names_say_nothing(houses: int) -> None:
    first, others = a_round(COPIED)
    assert identical_records(first, others[:houses], USUAL, PLAN) is None


BY_PROXY = Signature(SignatureKind.PROXY, by="林小妹", relation="女儿", reason="手抖")


def test_who_cannot_sign_is_no_share_of_anything() -> None:
    record = a_record(elder_signature=BY_PROXY)
    assert signed_by_proxy(record, severely_impaired=False) is True
    assert signed_by_proxy(record, severely_impaired=True) is None
    assert signed_by_proxy(a_record(), severely_impaired=False) is False
    assert signed_by_proxy(replace(record, method=Method.PHONE), severely_impaired=False) is None


def test_a_share_is_told_above_the_line_and_of_enough_signatures() -> None:
    assert proxy_share(True, 4, 10, PLAN) is not None
    assert proxy_share(True, 3, 10, PLAN) is None
    assert proxy_share(True, 9, 9, PLAN) is None
    assert proxy_share(False, 10, 10, PLAN) is None
    assert proxy_share(None, 10, 10, PLAN) is None


# --- the record alone ---------------------------------------------------------------------------------


@given(st.integers(1, 600))
def test_a_home_visit_is_too_short_below_ten_minutes(minutes: int) -> None:
    record = a_record(ended_at=STARTED + timedelta(minutes=minutes))
    assert (too_short(record, PLAN) is not None) == (minutes < 10)


def test_no_hour_no_end_no_home_and_nobody_met_are_never_too_short() -> None:
    short = a_record(ended_at=STARTED + timedelta(minutes=1))
    timeless = replace(short, started_at=None, ended_at=None, visited_on=STARTED.date(), time_unknown=True)
    for record in (
        timeless,
        replace(short, ended_at=None),
        replace(short, method=Method.PHONE),
        replace(short, outcome=Outcome.NOT_MET),
    ):
        assert too_short(record, PLAN) is None


def a_check(km: float = 0, accuracy_m: float | None = None) -> Check:
    return Check(STARTED, HOME.lat + km / 111.195, HOME.lng, CoordSystem.WGS84, accuracy_m)


def test_who_checks_in_checks_out_and_who_has_no_device_does_neither() -> None:
    assert no_check_out(a_record(check_in=a_check())) is not None
    assert no_check_out(a_record(check_in=a_check(), check_out=a_check())) is None
    assert no_check_out(a_record()) is None
    assert no_check_out(a_record(check_in=a_check(), method=Method.PHONE)) is None


def band(*checks: Check, **changes: object) -> object:
    check_in, check_out = (*checks, None)[:2]
    flag = gps_far(a_record(check_in=check_in, check_out=check_out, **changes), HOME, PLAN)
    return flag and flag.params["band"]


def test_the_band_tells_how_far_and_never_the_place() -> None:
    far = [band(a_check(km)) for km in (0.1, 0.49, 0.9, 1.1, 3.1, 11)]
    assert far == [None, None, "<1km", "1-3km", "3-10km", ">10km"]


def test_a_device_that_doubts_and_one_that_was_near_once_are_believed() -> None:
    assert band(a_check(1.1, accuracy_m=700)) is None
    assert band(a_check(5), a_check(0.1)) is None


def test_elsewhere_by_phone_or_unknown_nothing_is_far() -> None:
    assert band(a_check(5), place=Place.CANTEEN) is None
    assert band(a_check(5), method=Method.PHONE) is None
    assert gps_far(a_record(check_in=a_check(5)), None, PLAN) is None


@given(st.sampled_from(CaptureMethod))
def test_only_what_was_typed_in_afterwards_is_manual(method: CaptureMethod) -> None:
    flag = manual_entry(a_record(capture=Capture(method)))
    assert (flag is not None) == (method is CaptureMethod.MANUAL)


def test_only_what_was_bought_has_to_be_trained() -> None:
    assert training_missing(bought=True, trained=False) is not None
    assert training_missing(bought=True, trained=True) is None
    assert training_missing(bought=False, trained=False) is None
