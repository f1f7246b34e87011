"""A month of visits as a provider exports it, other ways to keep such a list, and lines of JSON."""

import json
from collections import Counter
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from api.domain.errors import Refused
from api.domain.policy import PLAN, Method, Place
from api.domain.visits import Outcome, VisitRecord, faults
from api.imports.visit_sheets import VisitRow
from api.schemas import visits as wire
from tests.imports.sheets import (
    DATA,
    PERSON,
    VISIT,
    Read,
    a_visit,
    a_workbook,
    codes,
    record_of,
    saved,
    table,
    the_lines,
    the_visits,
    visit_row,
    visits_of,
)

NOW = datetime(2026, 11, 3, tzinfo=UTC)
AT_HOME = {
    "服务方式": "上门探访",
    "燃气安全": "安全",
    "水暖安全": "较安全",
    "用电安全": "不安全",
    "个人卫生": "较好",
    "家庭卫生": "无变化",
    "室内环境": "较差",
    "服务对象签字": "已签字",
}


@pytest.fixture(scope="module")
def october() -> Read[VisitRow]:
    data = (DATA / "visits_2026-10.csv").read_bytes()
    return the_visits(data, "visits_2026-10.csv")


def accepted(row: VisitRow) -> VisitRecord:
    """The record as the intake reads it."""
    parsed = wire.parse_visit(record_of(row))
    assert not isinstance(parsed, tuple), parsed
    return wire.record_of(parsed, from_file=True)


def test_the_providers_month_has_549_records_and_none_is_refused(october: Read[VisitRow]) -> None:
    assert (october.problems, october.warnings) == ((), ())
    records = [accepted(row) for row in october.rows]
    assert len(records) == 549
    assert [fault for record in records for fault in faults(record, PLAN, NOW)] == []


def test_the_providers_words_are_the_records_values(october: Read[VisitRow]) -> None:
    records = [accepted(row) for row in october.rows]
    assert Counter((record.method, record.place, record.outcome) for record in records) == {
        (Method.HOME, Place.HOME, Outcome.COMPLETED): 437,
        (Method.HOME, Place.HOME, Outcome.NOT_MET): 22,
        (Method.HOME, Place.HOME, Outcome.REFUSED): 9,
        (Method.PHONE, Place.OTHER, Outcome.COMPLETED): 57,
        (Method.PHONE, Place.OTHER, Outcome.NOT_MET): 1,
        (Method.ONLINE, Place.OTHER, Outcome.COMPLETED): 18,
        (Method.OTHER, Place.OTHER, Outcome.COMPLETED): 5,
    }


def test_a_record_leaves_the_file_in_the_words_of_the_wire(october: Read[VisitRow]) -> None:
    assert record_of(october.rows[0]) == {
        "external_id": "HJ-20261101-000001",
        "elder": {"resident_id": "350303194601259987", "name": "朱香国"},
        "worker": {"name": "关水德", "kind": "social_worker"},
        "method": "home",
        "place": "home",
        "outcome": "completed",
        "started_at": "2026-10-20T08:15:00+08:00",
        "ended_at": "2026-10-20T08:45:00+08:00",
        "population_change": {"kind": "no_change"},
        "expression": "no_change",
        "mobility": "better",
        "disease": {"status": "no_change"},
        "mood": "no_change",
        "gas_safety": "safe",
        "plumbing_safety": "fairly_safe",
        "power_safety": "safe",
        "personal_hygiene": "better",
        "home_hygiene": "no_change",
        "indoor": "no_change",
        "notes": "=1+1",
        "elder_signature": {"kind": "signed"},
        "capture": {"method": "file"},
    }
    assert json.loads(json.dumps(october.rows[0].record)) == october.rows[0].record


def test_nobody_is_known_to_have_refused_and_no_signature_is_taken_for_it(october: Read[VisitRow]) -> None:
    refused = [record for record in map(accepted, october.rows) if record.outcome is Outcome.REFUSED]
    assert not any(record.refused_by_elder or record.elder_signature for record in refused)


# --- who and where ------------------------------------------------------------------------------------


def without(*headings: str) -> dict[str, Any]:
    return {heading: value for heading, value in VISIT.items() if heading not in headings}


def only_row(record: dict[str, Any], sheet: str = "10月") -> VisitRow:
    [row] = visits_of(table([record]), sheet).rows
    return row


def test_without_a_number_village_and_name_say_who() -> None:
    row = only_row({**without("身份证号"), "乡镇": "江口镇", "村居": "石东村"})
    assert record_of(row)["elder"] == {"village": "350303104209", "name": "陈金花"}


def test_the_sheets_name_tells_the_township_of_its_villages() -> None:
    assert record_of(only_row({**without("身份证号"), "村居": "石东"}, "江口镇"))["elder"]["village"] == "350303104209"


def test_a_short_number_says_who() -> None:
    assert record_of(only_row({**without("身份证号"), "老人编号": "00000018"}))["elder"] == {
        "short_no": "00000018",
        "name": "陈金花",
    }


@pytest.mark.parametrize(
    ("record", "code", "heading"),
    [
        (without("身份证号"), "elder_not_named", "身份证号"),
        (a_visit(身份证号=3.5030319460101e17), "id_digits_lost", "身份证号"),
        (a_visit(身份证号="350303194601019900"), "id_checksum", "身份证号"),
        ({**without("身份证号"), "村居": "不存在村"}, "village_unknown", "村居"),
        (a_visit(服务人员=None), "cell_missing", "服务人员"),
        (a_visit(服务方式="飞鸽"), "word_unknown", "服务方式"),
        (a_visit(探访结果=None), "cell_missing", "探访结果"),
        (a_visit(探访日期="某日"), "date_unreadable", "探访日期"),
        (a_visit(探访日期=None, 开始时间=None), "cell_missing", "探访日期"),
        (a_visit(表达能力="极好的"), "word_unknown", "表达能力"),
    ],
)
def test_a_row_that_cannot_be_a_record_says_why_under_its_heading(
    record: dict[str, Any], code: str, heading: str
) -> None:
    row = only_row(record)
    assert row.record is None
    assert [(fault.code, fault.pointer) for fault in row.faults] == [(code, heading)]


def test_several_names_are_one_worker_and_co_workers() -> None:
    record = record_of(visit_row(服务人员="林志远、王小明", 服务人员类别="网格员"))
    assert record["worker"] == {"name": "林志远", "kind": "grid_worker"}
    assert record["co_workers"] == [{"name": "王小明", "kind": "grid_worker"}]


def test_a_worker_of_no_known_kind_counts_as_other_with_a_warning() -> None:
    row = visit_row(服务人员类别=None)
    assert record_of(row)["worker"]["kind"] == "other"
    assert codes(row.warnings) == ["worker_kind_unknown"]


# --- when ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"探访日期": date(2026, 10, 20), "开始时间": time(8, 15), "结束时间": time(8, 45)},
        {"探访日期": "2026年10月20日", "开始时间": "8点15分", "结束时间": "8:45"},
        {"探访日期": "2026.10.20", "开始时间": "08:15-08:45", "结束时间": None},
        {"探访日期": "2026-10-20 08:15-08:45", "开始时间": None, "结束时间": None},
        {"探访日期": None, "开始时间": "2026-10-20 08:15", "结束时间": "2026-10-20 08:45"},
    ],
)
def test_start_and_end_are_read_from_whatever_columns_hold_them(more: dict[str, Any]) -> None:
    record = record_of(visit_row(**more))
    assert record["started_at"] == "2026-10-20T08:15:00+08:00"
    assert record["ended_at"] == "2026-10-20T08:45:00+08:00"


def test_a_day_without_an_hour_says_that_the_hour_is_unknown() -> None:
    record = record_of(visit_row(探访日期=date(2026, 10, 20), 开始时间=None, 结束时间=None))
    assert (record["visited_on"], record["time_unknown"]) == ("2026-10-20", True)
    assert "started_at" not in record


def test_an_hour_that_cannot_be_read_is_unknown_and_says_so() -> None:
    row = visit_row(开始时间="早上", 结束时间=None)
    assert record_of(row)["time_unknown"] is True
    assert codes(row.warnings) == ["time_unreadable"]


def test_a_visit_past_midnight_ends_on_the_next_day() -> None:
    record = record_of(visit_row(开始时间="23:50", 结束时间="00:40"))
    assert record["ended_at"] == "2026-10-21T00:40:00+08:00"


# --- what was seen ------------------------------------------------------------------------------------


def test_a_home_visit_fills_every_box_and_stands() -> None:
    record = accepted(visit_row(**AT_HOME))
    assert faults(record, PLAN, NOW) == ()
    assert (record.place, record.observations.power_safety) == (Place.HOME, "unsafe")


def test_a_box_left_empty_is_found_under_its_heading() -> None:
    row = visit_row(**{**AT_HOME, "用电安全": None})
    [fault] = faults(accepted(row), PLAN, NOW)
    assert (fault.code, row.column_of(fault.pointer)) == ("field_missing", "用电安全")


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"人口变化": "增加", "人数": 2}, {"kind": "increase", "count": 2}),
        ({"人口变化": "减少1人"}, {"kind": "decrease", "count": 1}),
        ({"人口变化": "无变化", "人数": 0}, {"kind": "no_change"}),
    ],
)
def test_a_change_of_the_household_has_its_count(more: dict[str, Any], expected: dict[str, Any]) -> None:
    assert record_of(visit_row(**more))["population_change"] == expected


@pytest.mark.parametrize(
    "more", [{"疾病状况": "严重", "疾病名称": "脑梗"}, {"疾病状况": "严重：脑梗"}, {"疾病状况": "严重（脑梗）"}]
)
def test_a_severe_illness_has_its_name(more: dict[str, Any]) -> None:
    assert record_of(visit_row(**more))["disease"] == {"status": "severe", "name": "脑梗"}


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("已签字", "signed"),
        ("陈金花", "signed"),
        ("按手印", "thumbprint"),
        ("见纸质表", "paper_on_file"),
        ("代签", "proxy"),
    ],
)
def test_a_signature_is_read_from_its_word(said: str, kind: str) -> None:
    assert record_of(visit_row(服务对象签字=said))["elder_signature"] == {"kind": kind}


@pytest.mark.parametrize("said", [None, "否", "未签字", "/"])
def test_no_signature_is_none(said: str | None) -> None:
    assert "elder_signature" not in record_of(visit_row(服务对象签字=said))


def test_an_elder_who_was_not_met_is_somewhere_or_nobody_knows() -> None:
    assert record_of(visit_row(探访结果="未遇", 去向="住院"))["not_met"] == {"whereabouts": "in_hospital"}
    assert record_of(visit_row(探访结果="无人在家"))["not_met"] == {"whereabouts": "unknown"}


def test_who_refused_is_taken_where_it_is_written() -> None:
    assert record_of(visit_row(探访结果="拒访", 拒访人="本人"))["refused"] == {"by": "elder"}


def test_an_odd_word_about_somebody_who_was_not_met_refuses_nothing() -> None:
    row = visit_row(探访结果="未遇", 表达能力="极好的")
    assert record_of(row)["outcome"] == "not_met"
    assert codes(row.warnings) == ["word_unknown"]


def test_the_form_without_an_outcome_is_a_completed_visit() -> None:
    assert record_of(only_row(without("探访结果")))["outcome"] == "completed"


def test_two_headings_above_each_other_are_read_as_the_form_prints_them() -> None:
    upper = [
        "姓名",
        "身份证号",
        "日期",
        "服务方式",
        "健康状况",
        None,
        None,
        "精神状态",
        "家庭状况",
        "服务人员（签字）",
        "服务人员类别",
    ]
    lower = [None, None, None, None, "表达能力", "行动能力", "疾病状况", "情绪状态", "人口变化"]
    values = [
        "陈金花",
        PERSON["身份证号"],
        "2026-10-20",
        "电话",
        "无变化",
        "较好",
        "无变化",
        "较差",
        "无变化",
        "林志远",
        "志愿者",
    ]
    book = a_workbook({"10月": [["涵江区特殊困难老年人探访关爱服务记录表"], upper, lower, values]})
    book.worksheets[0].merge_cells("E2:G2")
    [row] = the_visits(saved(book)).rows
    record = accepted(row)
    assert faults(record, PLAN, NOW) == ()
    assert record.worker_signature
    assert (record.worker.name, record.observations.mood) == ("林志远", "worse")


def test_a_month_in_gb18030_is_the_same_month(october: Read[VisitRow]) -> None:
    text = (DATA / "visits_2026-10.csv").read_text("utf-8-sig")
    again = the_visits(text.replace(",", ";").encode("gb18030"))
    assert [row.record for row in again.rows] == [row.record for row in october.rows]


def test_no_name_or_number_shows_when_a_row_is_printed() -> None:
    shown = repr(visit_row())
    assert VISIT["姓名"] not in shown
    assert VISIT["身份证号"] not in shown


# --- lines of JSON ------------------------------------------------------------------------------------


def test_lines_of_json_are_rows_of_their_line_numbers() -> None:
    rows = the_lines(b'\xef\xbb\xbf{"external_id":"A-1"}\n\n{"external_id":"A-2"}\r\n')
    assert [(row.row, row.record) for row in rows] == [(1, {"external_id": "A-1"}), (3, {"external_id": "A-2"})]
    assert rows[0].column_of("/elder/name") == "/elder/name"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"[1]", "line_not_object"),
        (b'{"a":', "json_invalid"),
        (b'{"a":1,"a":2}', "json_invalid"),
        (b"\xff", "json_invalid"),
        (b'{"a":' + b"[" * 40 + b"]" * 40 + b"}", "json_too_deep"),
        (b'{"a":"' + b"a" * 300_000 + b'"}', "line_too_long"),
    ],
)
def test_a_bad_line_is_that_lines_fault(line: bytes, code: str) -> None:
    bad, good = the_lines(line + b'\n{"external_id":"A-2"}')
    assert (codes(bad.faults), good.faults) == ([code], ())


def test_nothing_and_too_much_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused, match="file_empty"):
        the_lines(b"\n \n")
    monkeypatch.setattr("api.imports.ndjson.MAX_RECORDS", 1)
    with pytest.raises(Refused, match="file_too_many_records"):
        the_lines(b"{}\n{}")
