"""The one adapter that reads a visit record: total, strict, silent about what was sent."""

import json
from copy import deepcopy
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain.errors import Fault
from api.domain.escalations import MajorRisk, RiskKind
from api.domain.flags import Flag
from api.domain.observations import Change, Observations
from api.domain.policy import PLAN
from api.domain.proof import SignatureKind
from api.domain.visits import Outcome, VisitRecord, faults
from api.messages import CATALOGUE, Language
from api.schemas.base import In
from api.schemas.visit_answers import FlagOut, RecordOut
from api.schemas.visits import BatchIn, VisitIn, major_risk_of, parse_visit, record_of

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
WHOLE: dict[str, Any] = {
    "external_id": "A-1",
    "external_version": 2,
    "elder": {"resident_id": "35030319461123998X", "name": "陈秀英"},
    "worker": {"name": "林小梅", "kind": "grid_worker"},
    "co_workers": [{"external_id": "W-7"}],
    "method": "home",
    "place": "home",
    "outcome": "completed",
    "started_at": "2026-11-23T09:00:00+08:00",
    "ended_at": "2026-11-23T09:30:00+08:00",
    "population_change": {"kind": "decrease", "count": 1},
    "expression": "no_change",
    "mobility": "worse",
    "responsiveness": "no_change",
    "mood": "better",
    "disease": {"status": "severe", "name": "脑梗复发"},
    "gas_safety": "not_present",
    "plumbing_safety": "safe",
    "power_safety": "unsafe",
    "personal_hygiene": "no_change",
    "home_hygiene": "not_observed",
    "indoor": "no_change",
    "needs": [{"kind": "daily_care", "text": "做饭吃力", "solved": True}],
    "care": ["meal"],
    "topics": ["policy_promotion"],
    "notes": "独自在家",
    "hazards": [
        {
            "kind": "power",
            "severity": "general",
            "text": "线路老化",
            "reminded": True,
            "reminded_to": "本人",
        }
    ],
    "major_risk": {
        "kind": "acute_illness",
        "discovered_at": "2026-11-23T09:05:00+08:00",
        "emergency_called_at": "2026-11-23T09:06:00+08:00",
        "called_number": "120",
        "contact_reached_at": "2026-11-23T09:10:00+08:00",
        "contact": "女儿",
        "text": "胸痛",
    },
    "worker_signature": {"kind": "signed"},
    "elder_signature": {"kind": "proxy", "by": "陈明", "relation": "儿子", "reason": "手抖"},
    "capture": {"method": "offline", "reason": "无信号"},
    "check_in": {
        "at": "2026-11-23T09:00:00+08:00",
        "lat": 25.45,
        "lng": 119.1,
        "coord_sys": "gcj02",
        "accuracy_m": 20,
        "mock": False,
    },
    "photos": [{"sha256": "0" * 64, "taken_at": "2026-11-23T09:01:00+08:00"}],
}
REQUIRED = ("elder", "worker", "method", "place", "outcome")


def parsed_whole() -> VisitIn:
    visit = parse_visit(WHOLE)
    assert isinstance(visit, VisitIn), visit
    return visit


def broken(path: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    raw = deepcopy(WHOLE)
    place: Any = raw
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return raw


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    parts: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if parts is None:
        return [path]
    return [leaf for step, part in parts for leaf in leaves(part, (*path, step))]


def codes(raw: object) -> set[tuple[str, str]]:
    found = parse_visit(raw)
    assert isinstance(found, tuple), found
    return {(fault.code, fault.pointer) for fault in found}


# --- the shape ----------------------------------------------------------------------------------------


def test_a_whole_record_is_read_and_stands() -> None:
    assert faults(record_of(parsed_whole()), PLAN, NOW) == ()


@pytest.mark.parametrize("path", leaves(WHOLE), ids=lambda path: "/".join(map(str, path)))
@pytest.mark.parametrize("value", [{"x": 1}, "\u202e", ["350303194103159991"]], ids=["object", "text", "list"])
def test_one_broken_field_names_exactly_its_pointer(path: tuple[str | int, ...], value: Any) -> None:
    pointer = "/" + "/".join(map(str, path))
    assert [found for _, found in codes(broken(path, value))] == [pointer]


@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_part_is_named(name: str) -> None:
    raw = {key: value for key, value in WHOLE.items() if key != name}
    assert codes(raw) == {("field_missing", f"/{name}")}


def test_all_that_is_wrong_is_named_at_once() -> None:
    raw = broken(("method",), "上门") | {"place": 5, "provider": "p", "external_version": 0}
    assert codes(raw) == {
        ("value_not_listed", "/method"),
        ("value_not_listed", "/place"),
        ("field_unknown", "/provider"),
        ("value_out_of_range", "/external_version"),
    }


def test_a_value_outside_a_list_is_answered_with_the_list() -> None:
    assert parse_visit(broken(("elder_signature", "kind"), "x")) == (
        Fault("value_not_listed", "/elder_signature/kind", {"allowed": ", ".join(SignatureKind)}),
    )


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        (("elder", "resident_id"), "３５０３０３１９４６１１２３９９８X", "value_format"),
        (("elder", "resident_id"), "350303461123998", "value_format"),
        (("external_id",), "~derived", "value_format"),
        (("external_id",), "", "value_format"),
        (("external_version",), True, "value_type"),
        (("external_version",), 2.0, "value_type"),
        (("population_change", "count"), 0, "value_out_of_range"),
        (("check_in", "lat"), 91, "value_out_of_range"),
        (("check_in", "lat"), float("nan"), "value_type"),
        (("check_in", "at"), "2026-11-23T09:00:00", "instant_needs_offset"),
        (("check_in", "mock"), "no", "value_type"),
        (("photos", 0, "sha256"), "A" * 64, "value_format"),
        (("notes",), "长" * 2001, "value_too_long"),
        (("co_workers",), [{"external_id": "W"}] * 11, "value_too_long"),
        (("started_at",), 1767225600, "value_type"),
    ],
)
def test_what_is_wrong_has_its_own_code(path: tuple[str | int, ...], value: Any, code: str) -> None:
    assert codes(broken(path, value)) == {(code, "/" + "/".join(map(str, path)))}


def test_a_small_x_is_the_same_identity_number() -> None:
    visit = parse_visit(broken(("elder", "resident_id"), "35030319461123998x"))
    assert isinstance(visit, VisitIn)
    assert visit.elder.resident_id == "35030319461123998X"


# --- whatever is sent ---------------------------------------------------------------------------------

CANARY = "350303194103159991"
ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=())) | st.just(CANARY)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(sorted(VisitIn.model_fields)) | ANY_TEXT


def said(found: tuple[Fault, ...]) -> str:
    return " ".join(f"{fault.code} {fault.pointer} {dict(fault.params)}" for fault in found)


@given(raw=ANY_JSON | st.dictionaries(NAMES, ANY_JSON, max_size=8))
def test_any_json_is_a_visit_or_faults_of_the_catalogue(raw: Any) -> None:
    found = parse_visit(raw)
    if isinstance(found, VisitIn):
        faults(record_of(found), PLAN, NOW)
        return
    assert found
    assert {fault.code for fault in found} <= set(CATALOGUE)
    assert CANARY not in said(found)
    json.dumps([fault.pointer for fault in found]).encode("utf-8")


@given(name=st.sampled_from(sorted(WHOLE)), value=ANY_JSON)
def test_any_json_in_any_field_keeps_the_faults_within_that_field(name: str, value: Any) -> None:
    found = parse_visit(WHOLE | {name: value})
    if isinstance(found, tuple):
        assert all(fault.pointer == f"/{name}" or fault.pointer.startswith(f"/{name}/") for fault in found)
        assert CANARY not in said(found)


@given(secret=st.text("甲乙丙丁戊己庚辛", min_size=6, max_size=12), path=st.sampled_from(leaves(WHOLE)))
def test_no_fault_holds_what_was_sent(secret: str, path: tuple[str | int, ...]) -> None:
    for raw in (broken(path, secret + "\x00"), broken(path, {secret: secret}), WHOLE | {secret: secret}):
        found = parse_visit(raw)
        assert isinstance(found, tuple)
        assert secret not in said(found)


# --- to the facts and back ----------------------------------------------------------------------------


def test_every_form_has_the_parts_of_its_fact() -> None:
    sent = {name: value for name, value in parsed_whole() if name not in {box.name for box in fields(Observations)}}
    record = record_of(parsed_whole())
    for name, value in sent.items():
        fact = getattr(record, name)
        assert is_dataclass(fact) is isinstance(value, In)
    assert {*sent, "observations", "from_file"} == {box.name for box in fields(VisitRecord)}


def test_the_facts_say_what_was_sent() -> None:
    record = record_of(parsed_whole(), from_file=True)
    assert record.outcome is Outcome.COMPLETED
    assert record.observations.mobility is Change.WORSE
    assert record.started_at == datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
    assert record.hazards[0].reminded_to == "本人"
    assert record.from_file


def test_a_record_written_out_reads_back_as_itself() -> None:
    visit = parsed_whole()
    assert parse_visit(visit.model_dump(mode="json")) == visit
    assert parse_visit(visit.model_dump(mode="json", exclude_defaults=True)) == visit


def test_a_record_is_read_in_the_words_in_which_it_was_sent() -> None:
    shown = RecordOut.of(record_of(parsed_whole()), sealed=True).model_dump(mode="json", exclude_none=True)
    for name, value in WHOLE.items():
        if name not in {"external_id", "external_version", "elder"}:
            again = parse_visit(WHOLE | {name: shown[name]})
            assert again == parsed_whole(), (name, value)
    assert "elder" not in shown


def test_whoever_may_not_see_sealed_things_reads_none_of_them() -> None:
    shown = RecordOut.of(record_of(parsed_whole()), sealed=False).model_dump_json()
    for secret in (
        "脑梗",
        "独自在家",
        "做饭吃力",
        "线路老化",
        "胸痛",
        "女儿",
        "陈明",
        "儿子",
        "手抖",
        "25.45",
        "无信号",
    ):
        assert secret not in shown


# --- what survives a refusal --------------------------------------------------------------------------


def test_a_valid_major_risk_survives_every_other_fault() -> None:
    raw = {"elder": 5, "unknown": 1, "major_risk": {"kind": "gas_leak"}}
    assert isinstance(parse_visit(raw), tuple)
    assert major_risk_of(raw) == MajorRisk(RiskKind.GAS_LEAK)


@pytest.mark.parametrize("raw", [None, [], "x", {}, {"major_risk": None}, {"major_risk": {"kind": "smoke"}}])
def test_what_is_no_valid_risk_is_none(raw: Any) -> None:
    assert major_risk_of(raw) is None


@given(raw=ANY_JSON)
def test_looking_for_a_risk_never_fails(raw: Any) -> None:
    assert major_risk_of(raw) is None
    assert major_risk_of({"major_risk": raw}) is None


# --- batches and words --------------------------------------------------------------------------------


def test_a_batch_takes_anything_as_an_item_and_shows_what_an_item_is() -> None:
    assert BatchIn(items=[5, None, {"elder": 1}]).items == [5, None, {"elder": 1}]
    schema = BatchIn.model_json_schema()
    assert schema["properties"]["items"]["items"] == {"$ref": "#/$defs/VisitIn"}
    assert schema["properties"]["items"]["maxItems"] == 500


@pytest.mark.parametrize("model", [VisitIn, BatchIn])
def test_every_text_and_list_has_a_limit_in_the_document(model: type[In]) -> None:
    unlimited = [part for part in _parts(model.model_json_schema()) if not _limited(part)]
    assert unlimited == []


def _parts(schema: Any) -> list[dict[str, Any]]:
    if isinstance(schema, list):
        return [part for inner in schema for part in _parts(inner)]
    if not isinstance(schema, dict):
        return []
    return [schema, *(part for inner in schema.values() for part in _parts(inner))]


def _limited(part: dict[str, Any]) -> bool:
    match part.get("type"):
        case "string":
            return "maxLength" in part or "enum" in part or part.get("format") == "uuid"
        case "array":
            return "maxItems" in part
        case "integer" | "number":
            return "maximum" in part and "minimum" in part
    return True


def test_a_flag_explains_itself_to_a_person() -> None:
    flag = Flag("late_entry", {"days": 9})
    assert "9" in FlagOut.of(flag, Language.ZH).detail
    assert "9 days" in FlagOut.of(flag, Language.EN).detail
    assert FlagOut.of(flag, Language.ZH).params == {"days": 9}


def test_ids_of_an_elder_are_read_as_ids() -> None:
    visit = parse_visit(WHOLE | {"elder": {"id": "01930000-0000-7000-8000-000000000001"}})
    assert isinstance(visit, VisitIn)
    assert visit.elder.id == UUID("01930000-0000-7000-8000-000000000001")
