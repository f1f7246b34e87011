"""Where the people are in a roll: headings, titles, totals, merged and repeated cells, several sheets."""

import pytest
from openpyxl.styles import Font

from api.domain.errors import Refused
from tests.imports.sheets import (
    PERSON,
    a_person,
    a_workbook,
    an_id,
    codes,
    elder_of,
    roll_of,
    saved,
    table,
    the_roll,
)

VILLAGE = "350303104"  # 江口镇


# --- headings -----------------------------------------------------------------------------------------


def test_headings_are_found_below_titles_in_any_order_and_spelling() -> None:
    reading = roll_of(
        [
            ["2026年江口镇特殊困难老年人花名册"],
            ["填报单位：江口镇社事办", None, "填报人：", None, "联系电话：0594-3591234"],
            ["类别*", "公民身份号码（18位）", "1.老人姓名", "所属村\n（社区）", "现住址", "年龄", "血型"],
            ["独居", PERSON["身份证号"], "陈金花", "石东村", "3组5号", 80, "A"],
        ],
        sheet="Sheet1",
    )
    [row] = reading.rows
    assert elder_of(row)["name"] == "陈金花"
    assert elder_of(row)["residence"]["detail"] == "3组5号"
    assert elder_of(row)["residence"]["village"].startswith(VILLAGE)
    assert [(w.code, w.pointer) for w in reading.warnings] == [("heading_unknown", "血型")]


def test_headings_of_two_rows_are_read_together() -> None:
    book = a_workbook(
        {
            "江口镇": [
                [
                    "序号",
                    "姓名",
                    "性别",
                    "身份证号",
                    "居住地址",
                    None,
                    "对象类型",
                    None,
                    "紧急联系人",
                    None,
                    None,
                    "家庭成员",
                ],
                [None, None, None, None, "村居", "门牌", "独居", "空巢", "姓名", "关系", "联系电话", "姓名"],
                [
                    1,
                    "陈金花",
                    "女",
                    PERSON["身份证号"],
                    "石东村",
                    "3组",
                    "√",
                    None,
                    "林志远",
                    "儿子",
                    "13800138000",
                    "林小妹",
                ],
            ]
        }
    )
    for merged in ("A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:F1", "G1:H1", "I1:K1"):
        book.worksheets[0].merge_cells(merged)
    [row] = the_roll(saved(book)).rows
    elder = elder_of(row)
    assert (elder["name"], elder["residence"]["detail"], elder["categories"]) == ("陈金花", "3组", ["living_alone"])
    assert elder["emergency_contact"] == {"name": "林志远", "relation": "20", "phone": "13800138000"}
    assert "phones" not in elder


def test_headings_again_on_the_next_page_are_no_person() -> None:
    heading, first = table([a_person()])
    second = ["石东村", "林志远", "男", an_id(sequence=991), "空巢"]
    rows = roll_of([["台账"], heading, first, ["台账（续）"], heading, second]).rows
    assert [row.row for row in rows] == [3, 6]


def test_a_contacts_bare_phone_is_not_the_elders() -> None:
    person = a_person(联系电话="13800138000", 紧急联系人="林志远", 与服务对象关系="儿子", 电话="13900139000")
    elder = elder_of(roll_of(table([person])).rows[0])
    assert elder["phones"] == [{"number": "13800138000", "owner": "self"}]
    assert elder["emergency_contact"] == {"name": "林志远", "relation": "20", "phone": "13900139000"}


def test_a_bare_phone_beside_a_named_one_stays_the_elders() -> None:
    person = a_person(紧急联系人="林志远", 电话="13800138000", 紧急联系人电话="13900139000", 与服务对象关系="邻居")
    elder = elder_of(roll_of(table([person])).rows[0])
    assert elder["phones"] == [{"number": "13800138000", "owner": "self"}]
    assert elder["emergency_contact"] == {"name": "林志远", "relation": "neighbour", "phone": "13900139000"}


def test_a_sheet_that_lacks_headings_says_which_and_is_not_read() -> None:
    good, bad = table([a_person()]), [["姓名", "性别", "村居", "类别"], ["林志远", "男", "石东村", "独居"]]
    book = a_workbook({"江口镇": good, "国欢镇": bad, "说明": [["请按要求填写"]]})
    reading = the_roll(saved(book))
    assert [(p.code, dict(p.params)) for p in reading.problems] == [
        ("headings_missing", {"sheet": "国欢镇", "headings": "身份证号"})
    ]
    assert codes(reading.warnings) == ["sheet_passed_over"]
    assert [row.sheet for row in reading.rows] == ["江口镇"]


def test_a_file_without_any_heading_says_what_is_needed() -> None:
    reading = roll_of([["陈金花", "女"], ["林志远", "男"]])
    assert codes(reading.problems) == ["headings_not_found"]
    assert reading.rows == ()


def test_a_sheet_of_figures_is_not_taken_for_a_roll() -> None:
    figures = [["村居", "孤寡", "独居", "空巢", "留守"], ["石东村", 3, 4, 5, 6]]
    book = a_workbook({"江口镇": table([a_person()]), "汇总": figures})
    reading = the_roll(saved(book))
    assert (len(reading.rows), codes(reading.problems), codes(reading.warnings)) == (1, [], ["sheet_passed_over"])


# --- rows ---------------------------------------------------------------------------------------------


def test_totals_signatures_notes_and_blank_rows_are_not_people() -> None:
    reading = roll_of(
        [
            *table([{"序号": 1, **a_person()}]),
            [2, "石东村"],
            [],
            ["小计", None, "1人"],
            ["合计", None, "1人", None, None, 12],
            ["审核人：", None, "林志远", None, "单位盖章："],
            ["注：本表一式两份，县级民政部门、乡镇各存一份"],
            ["填表日期：2026年10月30日"],
        ]
    )
    assert [row.row for row in reading.rows] == [2]
    assert reading.warnings == ()


def test_a_row_that_is_neither_a_person_nor_anything_known_is_named() -> None:
    reading = roll_of([*table([a_person()]), [None, None, "女"]])
    assert [(w.code, w.params["rows"]) for w in reading.warnings] == [("rows_left_out", "3")]


def test_a_merged_village_holds_for_every_row_under_it() -> None:
    people = [a_person(), a_person(姓名="林志远", 性别="男", 身份证号=an_id(sequence=991), **{"村（居）": None})]
    book = a_workbook({"江口镇": table(people)})
    book.worksheets[0].merge_cells("A2:A3")
    rows = the_roll(saved(book)).rows
    assert len({elder_of(row)["residence"]["village"] for row in rows}) == 1


def test_a_person_merged_over_two_lines_is_one_person() -> None:
    book = a_workbook({"江口镇": [*table([a_person(备注="甲")]), [None, None, None, None, None, "乙"]]})
    for column in "ABCDE":
        book.worksheets[0].merge_cells(f"{column}2:{column}3")
    reading = the_roll(saved(book))
    assert [row.row for row in reading.rows] == [2]
    assert codes(reading.warnings) == ["rows_left_out"]


def test_same_as_above_repeats_what_is_above_but_never_who_somebody_is() -> None:
    people = [
        a_person(户籍地址="江口镇石东村"),
        a_person(**{"村（居）": "同上"}, 姓名="林志远", 性别="男", 身份证号=an_id(sequence=991), 户籍地址="〃"),
        a_person(**{"村（居）": "同上"}, 姓名="林志高", 性别="男", 身份证号="同上", 户籍地址="″"),
    ]
    first, second, third = roll_of(table(people)).rows
    assert elder_of(second)["residence"] == elder_of(first)["residence"]
    assert elder_of(second)["registered_address"] == {"text": "江口镇石东村"}
    assert codes(third.faults) == ["id_format"]


def test_a_struck_or_hidden_row_is_reported_and_not_taken() -> None:
    people = [a_person(), a_person(姓名="林志远", 性别="男", 身份证号=an_id(sequence=991))]
    book = a_workbook({"江口镇": table(people)})
    for cell in book.worksheets[0][2]:
        cell.font = Font(strike=True)
    book.worksheets[0].row_dimensions[3].hidden = True
    struck, hidden = the_roll(saved(book)).rows
    assert codes(struck.faults) == ["row_struck"]
    assert codes(hidden.faults) == ["row_hidden"]


def test_more_people_than_one_file_may_hold_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.imports.tables.MAX_RECORDS", 1)
    people = [a_person(), a_person(身份证号=an_id(sequence=992))]
    with pytest.raises(Refused) as refused:
        roll_of(table(people))
    assert refused.value.code == "file_too_many_records"


def test_a_roll_in_csv_is_read_like_any_other_and_named_by_its_file() -> None:
    lines = table([a_person()])
    data = "\n".join(",".join(map(str, line)) for line in lines).encode("gb18030")
    [row] = the_roll(data, "江口镇.csv").rows
    assert elder_of(row)["residence"]["village"].startswith(VILLAGE)
