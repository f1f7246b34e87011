"""Relations to the elder, and who is first to look in."""

from typing import Any

import pytest

from api.domain.family import (
    RELATIONS,
    Child,
    first_contact_proposal,
    is_child,
    needs_designation,
    relation_of,
)

HERE = "350303101"


def a_child(**facts: Any) -> Child:
    known: dict[str, Any] = {
        "alive": True,
        "adult": True,
        "co_resident": False,
        "township": "350304001",
        "has_left": False,
    }
    return Child(**(known | facts))


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("儿子", "20"),
        ("女儿", "30"),
        ("儿媳", "38"),
        ("侄子", "93"),
        ("外甥", "95"),
        ("配偶", "10"),
        ("邻居", "neighbour"),
        ("村干部", "village_cadre"),
        (" 其他 ", "other"),
        ("干爹", None),
    ],
)
def test_the_words_of_the_office_become_codes_of_the_standard(word: str, code: str | None) -> None:
    assert relation_of(word) == code
    assert code is None or code in RELATIONS


def test_sons_and_daughters_in_law_are_not_children() -> None:
    assert [code for code in RELATIONS if is_child(code)] == [
        "20",
        "21",
        "22",
        "23",
        "27",
        "30",
        "31",
        "32",
        "37",
    ]


def test_the_child_in_the_same_township_is_proposed_as_first_contact() -> None:
    here, away = a_child(township="350303101"), a_child(township="350304001")
    assert first_contact_proposal([away, here], "350303101") is here
    assert first_contact_proposal([away], "350303101") is None


def test_of_several_children_the_one_in_the_house_and_of_age_comes_first() -> None:
    minor = a_child(township=HERE, adult=False)
    adult = a_child(township=HERE)
    at_home = a_child(township=HERE, co_resident=True)
    assert first_contact_proposal([minor, adult], HERE) is adult
    assert first_contact_proposal([minor, adult, at_home], HERE) is at_home
    assert first_contact_proposal([a_child(alive=False, township=HERE)], HERE) is None


def test_a_township_designates_a_contact_for_the_childless_alone() -> None:
    assert needs_designation([], complete=True) is True
    assert needs_designation([a_child(alive=False)], complete=True) is True
    assert needs_designation([a_child()], complete=False) is False
    assert needs_designation([], complete=False) is None
