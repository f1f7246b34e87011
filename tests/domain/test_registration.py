from dataclasses import replace
from datetime import date

import pytest

from api.domain.elders import Ability
from api.domain.errors import Fault
from api.domain.identity import IdType, Sex
from api.domain.policy import PLAN
from api.domain.registration import Papers, Person, open_boxes, person_of, score_fault

TODAY = date(2026, 11, 23)
MAN = "350303194103159991"
CARD = Papers(id_type=IdType.RESIDENT, number=MAN, born_on=None, sex=None)
PASSPORT = Papers(id_type=IdType.PASSPORT, number="e12345678", born_on=date(1941, 2, 3), sex=Sex.FEMALE)
WHOLE = {
    "phones": [{"number": "13850330001"}],
    "emergency_contact": {"name": "林小明", "relation": "20", "phone": "13850330002"},
    "primary_contact": {"name": "林小明"},
    "registered_address": {"text": "福州"},
    "residence": {"village": "350303104201", "detail": "12号"},
    "ability": {"level": "intact"},
    "economic_kind": "other",
    "categories": ["living_alone"],
    "living": {"water_safe": True, "power_safe": False, "housing_safe": True},
    "pension": {"has": False},
    "aid": {"orgs": ["none"]},
    "surveyor": {"signed_on": "2026-10-05"},
}


def codes(read: Person | tuple[Fault, ...]) -> list[tuple[str, str]]:
    assert isinstance(read, tuple)
    return [(fault.pointer, fault.code) for fault in read]


def test_a_card_says_birth_and_sex() -> None:
    assert person_of(CARD, PLAN, TODAY) == Person(MAN, date(1941, 3, 15), Sex.MALE)


def test_the_card_in_hand_outweighs_its_number() -> None:
    said = replace(CARD, sex=Sex.FEMALE)
    assert codes(person_of(said, PLAN, TODAY)) == [("/sex", "sex_id_mismatch")]
    checked = person_of(replace(said, card_checked=True), PLAN, TODAY)
    assert isinstance(checked, Person)
    assert checked.sex is Sex.FEMALE


def test_other_papers_say_neither_birth_nor_sex() -> None:
    assert person_of(PASSPORT, PLAN, TODAY) == Person("E12345678", date(1941, 2, 3), Sex.FEMALE)
    bare = replace(PASSPORT, number="?", born_on=None, sex=None)
    assert codes(person_of(bare, PLAN, TODAY)) == [
        ("/resident_id", "document_number_format"),
        ("/born_on", "field_missing"),
        ("/sex", "field_missing"),
    ]


def test_without_papers_there_is_no_number() -> None:
    nothing = replace(PASSPORT, id_type=IdType.NONE)
    assert codes(person_of(nothing, PLAN, TODAY)) == [("/resident_id", "document_number_unexpected")]
    assert isinstance(person_of(replace(nothing, number=None), PLAN, TODAY), Person)


@pytest.mark.parametrize(("born", "allowed"), [(date(1966, 11, 23), True), (date(1966, 11, 24), False)])
def test_nobody_is_filed_before_the_sixtieth_birthday(born: date, allowed: bool) -> None:
    assert isinstance(person_of(replace(PASSPORT, born_on=born), PLAN, TODAY), Person) is allowed


def test_a_number_never_shows_in_a_representation() -> None:
    assert MAN not in repr(CARD)
    assert MAN not in repr(person_of(CARD, PLAN, TODAY))


@pytest.mark.parametrize(
    ("level", "score", "fits"),
    [(Ability.MILD, 89, True), (Ability.MILD, 65, False), (Ability.TOTAL, 89, True), (Ability.INTACT, 90, True)],
)
def test_a_level_may_be_worse_than_its_score_but_not_milder(level: Ability, score: int, fits: bool) -> None:
    assert (score_fault(level, score) is None) is fits


def test_a_whole_form_has_no_open_box() -> None:
    assert open_boxes(WHOLE, PLAN, TODAY) == ()


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"phones": []}, "/phones"),
        ({"emergency_contact": {"name": "林小明"}}, "/emergency_contact/relation"),
        ({"primary_contact": None}, "/primary_contact"),
        ({"living": {"water_safe": False}}, "/living/power_safe"),
        ({"pension": {"has": True}}, "/pension/amount"),
        ({"aid": {"orgs": ["volunteer"], "person": "李"}}, "/aid/measures"),
        ({"categories": ["severely_disabled"]}, "/disability_certificate"),
        ({"family_members": [{"visits_often": None}]}, "/family_members/0/visits_often"),
    ],
)
def test_an_empty_box_is_open(change: dict[str, object], pointer: str) -> None:
    assert pointer in [box.pointer for box in open_boxes(WHOLE | change, PLAN, None)]


def test_a_reason_stands_for_a_telephone() -> None:
    assert open_boxes(WHOLE | {"phones": [], "no_phone_reason": "没有电话"}, PLAN, None) == ()


def test_the_contact_is_due_in_seven_days_and_the_rest_in_thirty() -> None:
    boxes = open_boxes(WHOLE | {"primary_contact": None, "phones": []}, PLAN, date(2026, 11, 1))
    assert {box.pointer: box.due_on for box in boxes} == {
        "/primary_contact": date(2026, 11, 8),
        "/phones": date(2026, 12, 1),
    }
