"""What makes one look at a record twice, to the day and to the letter."""

from dataclasses import replace
from datetime import date, timedelta

from api.domain.flags import (
    Seen,
    late_entry,
    matched_by_name,
    name_differs,
    observed_without_meeting,
    probable_duplicate,
    visit_after_death,
)
from api.domain.observations import Observations
from api.domain.policy import PLAN
from api.domain.references import ElderRef
from api.domain.visits import NotMet, Outcome, ToldBy, Whereabouts
from tests.domain.records import ELDER, STARTED, a_record


def test_the_fourth_day_is_late_and_the_third_is_not() -> None:
    assert late_entry(a_record(), STARTED + timedelta(days=3), PLAN) is None
    flag = late_entry(a_record(), STARTED + timedelta(days=4), PLAN)
    assert flag is not None
    assert (flag.code, flag.params) == ("late_entry", {"days": 4})


def test_a_record_for_a_closed_month_is_late_however_fresh() -> None:
    assert late_entry(a_record(), STARTED, PLAN, month_closed=True) is not None


def test_a_name_is_compared_without_blanks_and_dots_and_with_the_alias() -> None:
    def flagged(sent: str, *known: str) -> bool:
        return name_differs(a_record(elder=ElderRef(id=ELDER, name=sent)), known) is not None

    assert not flagged("陈 秀英", "陈秀英")
    assert not flagged("买买提•艾力", "买买提·艾力")
    assert not flagged("阿英", "陈秀英", "阿英")
    assert flagged("陈秀瑛", "陈秀英")
    assert name_differs(a_record(), ["陈秀英"]) is None


def test_finding_somebody_by_name_is_said_and_is_no_difference() -> None:
    record = a_record(elder=ElderRef(village="350303104201", name="陈秀英"))
    assert matched_by_name(record) is not None
    assert name_differs(record, ["陈秀瑛"]) is None
    assert matched_by_name(a_record()) is None


def test_one_worker_in_two_sources_on_one_day_is_probably_one_visit() -> None:
    seen = [Seen("office:350303104", "林小梅")]
    assert probable_duplicate("provider:1", "林小梅", seen) is not None
    assert probable_duplicate("office:350303104", "林小梅", seen) is None
    assert probable_duplicate("provider:1", "林大梅", seen) is None


def test_observing_without_meeting_is_flagged_once_anything_was_observed() -> None:
    missed = a_record(outcome=Outcome.NOT_MET, not_met=NotMet(Whereabouts.AWAY, ToldBy.NEIGHBOUR))
    assert observed_without_meeting(missed) is not None
    assert observed_without_meeting(replace(missed, observations=Observations(), notes="无人应门")) is None
    assert observed_without_meeting(a_record()) is None


def test_a_completed_visit_after_the_death_is_flagged() -> None:
    assert visit_after_death(a_record(), date(2026, 11, 22)) is not None
    assert visit_after_death(a_record(), date(2026, 11, 23)) is None
    assert visit_after_death(a_record(), None) is None
    assert visit_after_death(a_record(outcome=Outcome.NOT_MET), date(2026, 11, 22)) is None
