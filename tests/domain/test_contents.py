"""When a record sent again is the same, and how one without a name is named."""

from dataclasses import replace
from datetime import UTC, date, timedelta
from uuid import UUID

import pytest

from api.domain.contents import content_hash, derived_external_id, says_the_same
from api.domain.hazards import Hazard, HazardKind
from api.domain.observations import Change
from api.domain.policy import Place
from api.domain.proof import Photo
from api.domain.providers import ForceKind
from api.domain.references import ElderRef, WorkerRef
from api.domain.referrals import CareKind, Need, NeedKind
from api.domain.visits import VisitRecord
from tests.domain.records import ALL_BOXES, ELDER, STARTED, a_record


def same(one: VisitRecord, other: VisitRecord, *, from_file: bool = False) -> bool:
    return says_the_same(content_hash(one, ELDER), content_hash(other, ELDER), from_file=from_file)


@pytest.mark.parametrize(
    "changes",
    [
        {"elder": ElderRef(resident_id="350303194103159991", name="陈秀英")},
        {"external_id": "A-1", "external_version": 7},
        {"started_at": STARTED.astimezone(UTC)},
        {"needs": (Need(NeedKind.DAILY_CARE), Need(NeedKind.COMFORT))},
        {"care": (CareKind.MEAL, CareKind.BATHING)},
    ],
)
def test_order_spelling_of_time_and_way_of_naming_make_no_difference(changes: dict[str, object]) -> None:
    one = a_record(needs=(Need(NeedKind.COMFORT), Need(NeedKind.DAILY_CARE)), care=(CareKind.BATHING, CareKind.MEAL))
    assert same(one, replace(one, **changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"notes": "新情况"},
        {"photos": (Photo("0" * 64),)},
        {"worker": WorkerRef(name="林大梅", kind=ForceKind.GRID_WORKER)},
        {"observations": replace(ALL_BOXES, mood=Change.WORSE)},
        {"place": Place.CANTEEN},
        {"ended_at": STARTED + timedelta(minutes=31)},
    ],
)
def test_anything_else_that_differs_is_another_content(changes: dict[str, object]) -> None:
    assert not same(a_record(), a_record(**changes))


def test_another_elder_is_another_content() -> None:
    assert content_hash(a_record(), ELDER) != content_hash(a_record(), UUID(int=1))


def test_a_file_is_held_only_to_what_its_columns_can_say() -> None:
    posted = a_record(
        started_at=STARTED + timedelta(seconds=20),
        photos=(Photo("0" * 64),),
        hazards=(Hazard(HazardKind.GAS, reminded=True),),
    )
    row = a_record(worker_signature=None, from_file=True)
    assert same(posted, row, from_file=True)
    assert not same(posted, replace(row, notes="新情况"), from_file=True)
    assert not same(row, posted, from_file=False)


def test_a_derived_name_is_stable_and_cannot_be_sent() -> None:
    day = date(2026, 11, 23)
    name = derived_external_id("office:350303104", ELDER, day, STARTED, "林小梅")
    assert name == derived_external_id("office:350303104", ELDER, day, STARTED.astimezone(UTC), "林小梅")
    others = {
        derived_external_id("office:350303105", ELDER, day, STARTED, "林小梅"),
        derived_external_id("office:350303104", UUID(int=1), day, STARTED, "林小梅"),
        derived_external_id("office:350303104", ELDER, day, 1, "林小梅"),
        derived_external_id("office:350303104", ELDER, day, 2, "林小梅"),
        derived_external_id("office:350303104", ELDER, day, STARTED, "林大梅"),
    }
    assert len(others | {name}) == 6
    assert name.startswith("~")
    assert len(name) <= 80
