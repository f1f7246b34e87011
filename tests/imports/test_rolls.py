"""The roll a district keeps, and the habits of other offices, one small file each."""

from collections import Counter
from datetime import date, datetime, time

import pytest

from api.domain.elders import Category
from api.domain.policy import Tier
from api.imports import sentence
from api.imports.rolls import RollRow, read_roll
from api.imports.tables import Notes
from api.messages import Language
from api.schemas.base import parsed
from api.schemas.elders import EnrolIn
from tests.imports.sheets import (
    DATA,
    HANJIANG,
    PERSON,
    TODAY,
    Read,
    a_person,
    a_workbook,
    an_id,
    codes,
    elder_of,
    roll_of,
    roll_row,
    saved,
    table,
    the_roll,
)

VILLAGE = "350303104"  # 江口镇


@pytest.fixture(scope="module")
def district_roll() -> Read[RollRow]:
    return the_roll((DATA / "roll_2026H2.xlsx").read_bytes())


def test_the_districts_roll_has_475_people_of_whom_420_are_acceptable(district_roll: Read[RollRow]) -> None:
    assert (district_roll.problems, district_roll.warnings) == ((), ())
    assert len(district_roll.rows) == 475
    assert sum(row.elder is not None for row in district_roll.rows) == 420


def test_the_districts_refused_rows_are_refused_for_these_reasons(district_roll: Read[RollRow]) -> None:
    assert Counter(row.faults[0].code for row in district_roll.rows if row.faults) == {
        "id_checksum": 8,
        "id_digits_lost": 9,
        "sex_id_mismatch": 8,
        "under_60": 8,
        "word_confused": 6,
        "village_unknown": 5,
        "name_missing": 5,
        "person_repeated": 6,
    }
    likely = {str(f.params["likely"]) for row in district_roll.rows for f in row.faults if f.code == "word_confused"}
    assert likely == {"孤寡"}


def test_the_districts_words_about_tier_and_consent_are_kept_beside_the_elder(district_roll: Read[RollRow]) -> None:
    assert Counter(row.consent for row in district_roll.rows) == {"given": 465, "refused": 10}
    assert {row.declared_tier for row in district_roll.rows} == {Tier.PRIORITY, Tier.GENERAL, None}
    assert all(row.filed_on for row in district_roll.rows)


def test_an_elder_leaves_the_file_in_the_words_of_the_wire(district_roll: Read[RollRow]) -> None:
    assert elder_of(district_roll.rows[0]) == {
        "name": "朱香国",
        "sex": "female",
        "id_type": "resident",
        "resident_id": "350303194601259987",
        "residence": {"village": "350303001008", "detail": "12组30号"},
        "categories": ["left_behind"],
        "filed_on": "2025-02-07",
        "phones": [{"number": "18716287790", "owner": "self"}],
        "emergency_contact": {"name": "蔡宝水", "relation": "20", "phone": "15468650124"},
        "primary_contact": {"name": "杨金德", "relation": "93", "phone": "17576206538"},
        "registered_address": {"text": "涵东街道苍然社区"},
        "ability": {"level": "intact"},
        "disease_history": "高血压",
        "economic_kind": "near_allowance",
        "disposable_income": "850.00",
        "living": {"water_safe": True, "power_safe": True, "housing_safe": True, "household_income": "600.00"},
        "pension": {"has": True, "amount": "150.00"},
        "aid": {"orgs": ["township_or_village"], "person": "徐来秀", "measures": "定期走访"},
    }


def test_nobody_named_in_a_roll_becomes_family(district_roll: Read[RollRow]) -> None:
    assert not any({"facts", "family_members"} & elder_of(row).keys() for row in district_roll.rows if row.elder)


# --- the sentence -------------------------------------------------------------------------------------


def test_an_error_is_one_sentence_with_row_heading_and_what_to_do() -> None:
    number = PERSON["身份证号"]
    wrong = number[:17] + ("1" if number[17] != "1" else "2")
    row = roll_row(身份证号=wrong)
    [fault] = row.faults
    assert sentence(57, fault.pointer, fault) == "第57行 身份证号：末位校验不符，请对照身份证更正"
    assert sentence(57, fault.pointer, fault, Language.EN).startswith("Row 57 身份证号: ")


def test_an_unknown_category_is_answered_with_the_likely_one() -> None:
    row = roll_row(对象类型="孤独老人")
    [fault] = row.faults
    assert row.elder is None
    assert sentence(row.row, fault.pointer, fault) == "第2行 对象类型：疑为孤寡，请确认"


def test_all_that_is_wrong_with_a_row_is_named_in_the_order_of_mending() -> None:
    row = roll_row(姓名="", 性别="男", **{"村（居）": "不存在村"}, 对象类型="孤独老人")
    assert codes(row.faults) == ["name_missing", "sex_id_mismatch", "village_unknown", "word_confused"]
    assert [fault.pointer for fault in row.faults] == ["姓名", "性别", "村（居）", "对象类型"]


# --- who ----------------------------------------------------------------------------------------------


def test_the_same_person_again_is_refused_and_names_the_first_row() -> None:
    book = a_workbook({"江口镇": table([a_person()]), "国欢镇": table([a_person(**{"村（居）": "都邠村"})])})
    first, again = the_roll(saved(book)).rows
    assert first.elder is not None
    [fault] = again.faults
    assert (fault.code, fault.params) == ("person_repeated", {"sheet": "江口镇", "row": 2})


def test_the_first_row_of_a_number_stands_even_if_it_is_refused_for_something_else() -> None:
    first, again = roll_of(table([a_person(对象类型="孤独"), a_person()])).rows
    assert codes(first.faults) == ["word_confused"]
    assert codes(again.faults) == ["person_repeated"]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"身份证号": 3.5030319460101e17}, "id_digits_lost"),
        ({"身份证号": None}, "id_missing"),
        ({"身份证号": "350303460101991"}, "id_first_generation"),
        ({"身份证号": an_id("19661104")}, "under_60"),
        ({"性别": "男"}, "sex_id_mismatch"),
        ({"性别": "不男"}, "word_confused"),
        ({"姓名": "陈"}, "name_format"),
        ({"对象类型": None}, "category_missing"),
        ({"对象类型": "高龄"}, "word_unknown"),
        ({"村（居）": "同乐村"}, "village_unknown"),
        ({"村（居）": "都邠村"}, "village_elsewhere"),
        ({"村（居）": None}, "village_missing"),
        ({"乡镇": "某某镇"}, "township_unknown"),
        ({"重点/一般": "特别重点人"}, "word_confused"),
        ({"是否自愿接受探访": "再议"}, "yes_no_unreadable"),
        ({"建档日期": "10/12/2023"}, "date_unreadable"),
        ({"建档日期": date(2026, 11, 4)}, "date_in_future"),
    ],
)
def test_a_row_is_refused_where_who_where_or_which_kind_is_not_certain(more: dict[str, object], code: str) -> None:
    row = roll_row(**more)
    assert row.elder is None
    assert codes(row.faults) == [code]


def test_sixty_is_reached_on_the_birthday() -> None:
    assert roll_row(身份证号=an_id("19661103")).elder is not None


def test_a_sex_left_blank_is_the_numbers() -> None:
    assert elder_of(roll_row(性别=None))["sex"] == "female"


# --- where --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sheet", "more"),
    [
        ("江口镇", {"村（居）": "石东村委会"}),
        ("3.江口", {"村（居）": "江口镇石东村"}),
        ("Sheet1", {"乡镇（街道）": "江口镇", "村（居）": "石东村"}),
        ("Sheet1", {"村（居）": "涵江区江口镇石东村"}),
        ("国欢镇", {"乡镇（街道）": "江口镇", "村（居）": "石东村"}),
    ],
)
def test_a_village_is_found_through_column_sheet_name_or_its_own_words(sheet: str, more: dict[str, str]) -> None:
    [row] = roll_of(table([a_person(**more)]), sheet).rows
    assert elder_of(row)["residence"]["village"].startswith(VILLAGE)


def test_a_village_may_be_written_as_its_code() -> None:
    village = HANJIANG.children(VILLAGE)[0]
    assert elder_of(roll_row(**{"村（居）": village.code}))["residence"]["village"] == village.code


def test_without_a_village_column_the_address_says_village_and_door() -> None:
    person = {key: value for key, value in a_person(居住地址="江口镇石东村3组130号").items() if key != "村（居）"}
    [row] = roll_of(table([person]), "名册").rows
    assert elder_of(row)["residence"]["detail"] == "3组130号"
    assert elder_of(row)["residence"]["village"].startswith(VILLAGE)


# --- which kind ---------------------------------------------------------------------------------------


def test_ticked_columns_are_categories() -> None:
    person = {key: value for key, value in PERSON.items() if key != "对象类型"}
    row = roll_of(table([{**person, "孤寡": None, "独居": "√", "空巢": 1, "重点对象": "√", "一般对象": ""}])).rows[0]
    assert row.categories == (Category.LIVING_ALONE, Category.EMPTY_NEST)
    assert row.declared_tier is Tier.PRIORITY


def test_a_tick_that_is_none_is_refused_under_its_own_heading() -> None:
    person = {key: value for key, value in PERSON.items() if key != "对象类型"}
    [fault] = roll_of(table([{**person, "孤寡": "√", "独居": "也许"}])).rows[0].faults
    assert (fault.code, fault.pointer) == ("tick_unreadable", "独居")


@pytest.mark.parametrize(
    ("certificate", "expected"),
    [("21", []), ("12B1", []), ("23", ["certificate_level_not_severe"]), ("44", ["certificate_level_not_severe"])],
)
def test_severely_disabled_needs_level_one_or_two(certificate: str, expected: list[str]) -> None:
    assert codes(roll_row(对象类型="重残", 残疾证号=PERSON["身份证号"] + certificate).faults) == expected


def test_another_persons_certificate_refuses_who_is_severely_disabled_by_it_and_warns_elsewhere() -> None:
    other = an_id(sequence=992) + "21"
    assert codes(roll_row(对象类型="重残", 残疾证号=other).faults) == ["certificate_not_own"]
    row = roll_row(残疾证号=other)
    assert (codes(row.faults), codes(row.warnings)) == ([], ["certificate_not_own"])
    assert "disability_certificate" not in elder_of(row)


def test_severely_disabled_without_a_certificate_is_an_open_item() -> None:
    assert codes(roll_row(对象类型="重残").warnings) == ["certificate_missing"]


# --- what may be missing ------------------------------------------------------------------------------


def test_unreadable_boxes_are_left_out_with_a_warning_and_refuse_nobody() -> None:
    row = roll_row(
        联系电话="12345",
        自理能力="半自理",
        经济情况="小康",
        月可支配收入="很少",
        饮水是否安全="也许",
        紧急联系人="林志远",
        与服务对象关系="世交",
    )
    assert Counter(codes(row.warnings)) == {
        "phone_format": 1,
        "word_confused": 1,
        "word_unknown": 1,
        "amount_unreadable": 1,
        "yes_no_unreadable": 1,
        "relation_unknown": 1,
    }
    assert elder_of(row)["emergency_contact"] == {"name": "林志远", "relation": "other"}
    assert not {"phones", "no_phone_reason", "ability", "economic_kind", "living"} & elder_of(row).keys()


def test_no_phone_is_a_reason_and_an_empty_cell_is_none() -> None:
    assert elder_of(roll_row(联系电话="无"))["no_phone_reason"]
    assert "no_phone_reason" not in elder_of(roll_row(联系电话=None))


@pytest.mark.parametrize(
    ("cell", "pension"),
    [("无", {"has": False}), (0, {"has": False}), ("有", {"has": True}), (165, {"has": True, "amount": "165.00"})],
)
def test_a_pension_is_had_or_not(cell: object, pension: dict[str, object]) -> None:
    assert elder_of(roll_row(养老保险=cell))["pension"] == pension


def test_means_and_help_are_read_in_the_words_of_the_form() -> None:
    elder = elder_of(
        roll_row(
            经济情况="低保、低保边缘",
            经济来源="养老金、子女补贴",
            补贴项目="高龄津贴，低保金",
            每月补贴金额="约735元",
            帮扶单位="村（居）委员会、志愿者",
            自理能力="完全失能",
        )
    )
    assert elder["economic_kind"] == "near_allowance"
    assert elder["income_sources"] == ["pension", "children"]
    assert elder["benefits"] == {"items": ["advanced_age_allowance", "minimum_allowance"], "amount": "735.00"}
    assert elder["aid"] == {"orgs": ["township_or_village", "volunteer"]}
    assert elder["ability"] == {"level": "total"}


def test_an_amount_of_nothing_is_left_out_with_a_warning() -> None:
    row = roll_row(每月补贴金额=100)
    assert codes(row.warnings) == ["amount_without_item"]
    assert "benefits" not in elder_of(row)


def test_no_helper_counts_only_where_nobody_else_is_named() -> None:
    assert elder_of(roll_row(帮扶单位="无"))["aid"] == {"orgs": ["none"]}
    assert elder_of(roll_row(帮扶单位="无、志愿者"))["aid"] == {"orgs": ["volunteer"]}


def test_every_acceptable_elder_fits_the_form_of_the_wire(district_roll: Read[RollRow]) -> None:
    forms = [parsed(EnrolIn, elder_of(row)) for row in district_roll.rows if row.elder]
    assert [form for form in forms if isinstance(form, tuple)] == []


def test_a_filing_date_of_a_month_alone_is_its_first_day() -> None:
    row = roll_row(建档日期="2023.8")
    assert (row.filed_on, codes(row.warnings)) == (date(2023, 8, 1), ["date_month_only"])
    assert roll_row(建档日期=datetime.combine(date(2023, 8, 15), time())).filed_on == date(2023, 8, 15)


def test_a_later_fault_finds_the_heading_it_belongs_to() -> None:
    row = roll_row()
    assert row.column_of("/residence/village") == "村（居）"
    assert row.column_of("/resident_id") == "身份证号"
    assert row.column_of("/primary_contact/phone") == "第一联系人电话"


def test_an_empty_workbook_has_no_rows() -> None:
    notes = Notes()
    assert list(read_roll([], HANJIANG, TODAY, notes)) == []
    assert codes(notes.problems) == ["headings_not_found"]
