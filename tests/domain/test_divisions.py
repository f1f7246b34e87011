"""Finding a place by its code and by what offices write."""

from pathlib import Path

import pytest

from api.domain.divisions import Gazetteer, Level, read_divisions, unpad

TABLE = Path(__file__).parents[2] / "api" / "store" / "divisions_350303.csv"
HANJIANG = Gazetteer(read_divisions(TABLE.read_text(encoding="utf-8").splitlines()))


def codes(text: str, township: str | None = None) -> list[str]:
    return [village.code for village in HANJIANG.find_village(text, township)]


def test_the_district_has_thirteen_townships_and_two_hundred_villages() -> None:
    (district,) = HANJIANG.children("")
    townships = HANJIANG.children(district.code)
    villages = [village for township in townships for village in HANJIANG.children(township.code)]
    assert (district.code, len(townships), len(villages)) == ("350303", 13, 200)
    assert {len(township.code) for township in townships} == {9}
    assert {len(village.code) for village in villages} == {12}


def test_a_code_is_unpadded_by_its_level_and_keeps_zeros_of_its_own() -> None:
    assert unpad("350303100000", Level.TOWNSHIP) == "350303100"
    assert unpad("350303000000", Level.DISTRICT) == "350303"


@pytest.mark.parametrize("code", ["350303100", "350303100000"])
def test_a_padded_code_finds_the_same_division(code: str) -> None:
    division = HANJIANG.by_code(code)
    assert division is not None
    assert (division.name, division.level) == ("三江口镇", Level.TOWNSHIP)


def test_an_unknown_code_is_not_taken_for_the_unit_above_it() -> None:
    assert HANJIANG.by_code("350303100999") is None
    assert HANJIANG.name_of("350303100999") == "350303100999"


@pytest.mark.parametrize(
    "text",
    [
        "苍然社区居委会",
        "苍然社区",
        "苍然",
        " 苍然 社区 ",
        "苍然居委会",
        "涵东街道苍然社区",
        "涵东苍然社区居民委员会",
        "涵江区涵东街道苍然社区",
        "莆田市涵江区涵东街道苍然社区居委会",
    ],
)
def test_a_community_is_found_by_every_usual_spelling(text: str) -> None:
    assert codes(text) == ["350303001008"]


@pytest.mark.parametrize("text", ["杨芳村", "杨芳村委会", "杨芳村民委员会", "杨芳", "三江口镇杨芳村"])
def test_a_village_is_found_by_every_usual_spelling(text: str) -> None:
    assert codes(text) == ["350303100208"]


@pytest.mark.parametrize("text", ["不存在村", "", "社区", "涵东街道", "苍然村"])
def test_what_names_no_village_finds_none(text: str) -> None:
    assert codes(text) == []


def test_a_village_is_not_found_outside_the_township_it_is_sought_in() -> None:
    assert codes("苍然社区", "350303001") == ["350303001008"]
    assert codes("苍然社区", "350303002") == []
    assert codes("涵西街道苍然社区") == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("涵西社区", "350303002009"),
        ("江口社区", "350303104001"),
        ("大洋村", "350303200201"),
        ("大洋", "350303200201"),
    ],
)
def test_a_village_named_like_its_township_is_still_the_village(text: str, code: str) -> None:
    assert codes(text) == [code]


def test_one_name_in_two_townships_finds_both_until_the_township_is_said() -> None:
    rows = TABLE.read_text(encoding="utf-8").splitlines()
    twin = "350303002099,village,苍然社区居委会,苍然社区,居委会,350303002000,涵西街道,"
    gazetteer = Gazetteer(read_divisions([*rows, twin]))
    assert [each.code for each in gazetteer.find_village("苍然")] == ["350303001008", "350303002099"]
    assert [each.code for each in gazetteer.find_village("涵西街道苍然")] == ["350303002099"]


def test_every_village_is_found_by_its_name_in_its_township() -> None:
    for township in HANJIANG.children("350303"):
        for village in HANJIANG.children(township.code):
            assert codes(village.name, township.code) == [village.code]
            assert codes(township.name + village.short_name) == [village.code]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("国欢镇", "350303102"),
        ("国欢", "350303102"),
        ("国欢镇特殊困难老年人基本信息台账（2026年下半年）", "350303102"),
        ("涵江区江口镇江口社区台账", "350303104"),
        ("三江口镇特殊困难老年人基本信息台账", "350303100"),
        ("赤港", "350303500"),
        ("赤港华侨经济开发区", "350303500"),
        ("2026年涵西街道台账", "350303002"),
    ],
)
def test_a_township_is_found_by_its_name_and_in_titles(text: str, code: str) -> None:
    township = HANJIANG.find_township(text)
    assert township is not None
    assert township.code == code


@pytest.mark.parametrize("text", ["", "台账", "江口镇、三江口镇汇总", "涵江区"])
def test_a_text_that_names_no_township_or_two_finds_none(text: str) -> None:
    assert HANJIANG.find_township(text) is None
