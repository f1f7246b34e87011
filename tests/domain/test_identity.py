"""ID and certificate numbers, phones, names, masks and the identifiers made here. Nobody here exists."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain.errors import Fault
from api.domain.identity import (
    DisabilityCertificate,
    ResidentId,
    Sex,
    fold_name,
    is_short_no,
    mask_address,
    mask_certificate,
    mask_id,
    mask_phone,
    names_alike,
    normalise_id,
    parse_certificate,
    parse_phone,
    parse_resident_id,
    sex_fault,
    short_no,
    uuid7,
)
from api.messages import CATALOGUE, Language, spoken

VECTORS = json.loads((Path(__file__).parents[1] / "data" / "classification.json").read_text(encoding="utf-8"))
TODAY = date(2026, 11, 23)
VALID = "350303194103159991"


def code_of(answer: object) -> str | None:
    return answer.code if isinstance(answer, Fault) else None


# --- ID numbers ---------------------------------------------------------------------------------------

CODES = {
    "CHECKSUM": {"id_checksum"},
    "BIRTHDATE": {"id_birthdate"},
    "FORMAT": {"id_format", "id_first_generation"},
}


@pytest.mark.parametrize("case", VECTORS["ids"], ids=lambda case: case.get("note", case["value"]))
def test_a_number_is_read_as_the_standard_says(case: dict[str, Any]) -> None:
    answer = parse_resident_id(case["value"], TODAY)
    if case["result"] != "OK":
        assert code_of(answer) in CODES[case["result"]]
        return
    assert isinstance(answer, ResidentId)
    assert answer.number == case["value"].upper()
    told = {"sex": answer.sex.code, "birth": answer.born_on.isoformat(), "region": answer.region}
    assert {**told, **case} == {**case, **told}


def test_a_fifteen_digit_number_is_answered_by_asking_for_the_present_one() -> None:
    answer = parse_resident_id("350303410315999", TODAY)
    assert code_of(answer) == "id_first_generation"
    assert "18位" in spoken("id_first_generation", {}, Language.ZH).fix


@pytest.mark.parametrize(
    "text", [" 350303 19410315 9991 ", "３５０３０３１９４１０３１５９９９１", "350303\u30001941031599\t91"]
)
def test_blanks_and_full_width_digits_in_files_are_folded(text: str) -> None:
    assert normalise_id(text) == VALID
    assert isinstance(parse_resident_id(text, TODAY), ResidentId)


def test_digits_of_other_scripts_are_no_number() -> None:
    assert code_of(parse_resident_id("٣٥٠٣٠٣١٩٤١٠٣١٥٩٩٩١", TODAY)) == "id_format"


def test_a_birthday_ahead_is_refused_until_it_has_come() -> None:
    assert code_of(parse_resident_id(VALID, date(1941, 3, 14))) == "id_birthdate"
    assert isinstance(parse_resident_id(VALID, date(1941, 3, 15)), ResidentId)


@given(st.integers(0, 17), st.sampled_from("0123456789X"))
def test_no_single_wrong_character_passes(position: int, character: str) -> None:
    slip = VALID[:position] + character + VALID[position + 1 :]
    assert isinstance(parse_resident_id(slip, TODAY), ResidentId) == (slip == VALID)


def test_a_number_never_shows_in_what_gets_printed() -> None:
    certificate = parse_certificate(VALID + "42", [VALID])
    assert VALID not in repr(parse_resident_id(VALID, TODAY))
    assert VALID not in repr(certificate)
    assert VALID not in repr(parse_resident_id(VALID[:-1] + "0", TODAY))


def test_a_stated_sex_must_be_the_numbers_but_may_be_unknown() -> None:
    number = parse_resident_id(VALID, TODAY)
    assert isinstance(number, ResidentId)
    faults = {sex: code_of(sex_fault(sex, number)) for sex in Sex}
    assert faults == {
        Sex.MALE: None,
        Sex.FEMALE: "sex_id_mismatch",
        Sex.UNKNOWN: None,
        Sex.UNSPECIFIED: None,
    }


def test_sexes_have_the_digits_of_the_standard() -> None:
    assert {sex.code: sex for sex in Sex} == {
        "1": Sex.MALE,
        "2": Sex.FEMALE,
        "0": Sex.UNKNOWN,
        "9": Sex.UNSPECIFIED,
    }


# --- certificates -------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", VECTORS["certs"], ids=lambda case: case["cert"])
def test_a_certificate_number_tells_type_level_and_reissue(case: dict[str, Any]) -> None:
    answer = parse_certificate(case["cert"], [case["id"]])
    if case["parsed"] is None:
        assert isinstance(answer, Fault)
    else:
        assert isinstance(answer, DisabilityCertificate)
        told = {"type": answer.type, "level": answer.level, "reissue": answer.reissue}
        assert told == case["parsed"]


def test_a_certificate_on_a_former_number_is_the_holders_own() -> None:
    former, present = VALID, "350303195601019961"
    assert isinstance(parse_certificate(former + "42", {present, former}), DisabilityCertificate)
    assert code_of(parse_certificate(former + "42", {present})) == "certificate_not_own"


# --- phones -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("13800001234", "13800001234"),
        ("138 0000 1234", "13800001234"),
        ("138-0000-1234", "13800001234"),
        ("１３８００００１２３４", "13800001234"),
        ("+86 138 0000 1234", "13800001234"),
        ("0594-3591234", "0594-3591234"),
        ("05943591234", "0594-3591234"),
        ("（0594）3591234", "0594-3591234"),
        ("010-65201234", "010-65201234"),
    ],
)
def test_a_phone_number_has_one_spelling(text: str, number: str) -> None:
    assert parse_phone(text) == number


@pytest.mark.parametrize("text", ["", "无", "12800138000", "3591234", "1380000123", "110", "138000012345"])
def test_what_cannot_be_dialled_is_refused(text: str) -> None:
    assert code_of(parse_phone(text)) == "phone_format"


@pytest.mark.parametrize("text", ["0594-3591234转801", "0594-3591234 分机 801", "0594-3591234#801"])
def test_an_extension_is_refused_with_advice(text: str) -> None:
    assert code_of(parse_phone(text)) == "phone_extension"


# --- names --------------------------------------------------------------------------------------------


def test_blanks_and_kinds_of_middle_dots_do_not_make_two_names() -> None:
    spellings = ["方\u3000文庆", " 方文庆", "方 文 庆"]
    assert {fold_name(name) for name in spellings} == {"方文庆"}
    dots = [f"买买提{dot}艾力" for dot in "·•‧・"]
    assert len({fold_name(name) for name in dots}) == 1


def test_rare_characters_stay() -> None:
    assert fold_name("王\U00020bb7") == "王\U00020bb7"


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("陈水金", "陈水金", True),
        ("陈水金", "陈 水金", True),
        ("陈水金", "陈美", True),  # same surname
        ("陈水金", "程水金", True),  # a surname misheard
        ("陈水金", "林美花", False),
        ("陈水金", "林金花", False),  # one of three
        ("陈水金", "", False),
    ],
)
def test_names_are_alike_by_surname_or_by_half_of_their_characters(one: str, other: str, alike: bool) -> None:
    assert names_alike(one, other) is alike
    assert names_alike(other, one) is alike


# --- masks --------------------------------------------------------------------------------------------


def test_masks_show_what_is_agreed_and_no_more() -> None:
    assert mask_id("350303194103159991") == "3503**********9991"
    assert mask_phone("13800001234") == "138****1234"
    assert mask_phone("0594-3591234") == "********1234"
    assert mask_certificate(VALID + "42") == "3503" + "*" * 16
    assert mask_address("苍然社区居委会") == "苍然社区居委会***"


@given(st.text(max_size=20))
def test_a_mask_keeps_no_secret_of_something_short(text: str) -> None:
    masked = mask_id(text)
    assert len(masked) == len(text)
    assert len(text) > 8 or set(masked) <= {"*"}


# --- identifiers --------------------------------------------------------------------------------------


def test_identifiers_sort_by_the_moment_they_were_made() -> None:
    start = datetime(2026, 11, 23, 8, 0, 0, 999_000, tzinfo=UTC)
    made = [uuid7(start + timedelta(microseconds=step)) for step in range(0, 5_000, 7)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert {identifier.version for identifier in made} == {7}
    assert made[0].int >> 80 == int(start.timestamp() * 1000)


def test_identifiers_of_one_moment_differ() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    assert len({uuid7(now) for _ in range(100)}) == 100


@given(st.integers(0, 9_999_999))
def test_a_short_number_notices_a_slip_of_one_digit(sequence: int) -> None:
    number = short_no(sequence)
    assert is_short_no(number)
    assert number[:7] == f"{sequence:07d}"
    position = sequence % 8
    for digit in "0123456789":
        slip = number[:position] + digit + number[position + 1 :]
        assert is_short_no(slip) == (slip == number)


@pytest.mark.parametrize("text", ["", "1234567", "123456789", "1234567X", "１２３４５６７８"])
def test_other_texts_are_no_short_numbers(text: str) -> None:
    assert not is_short_no(text)


def test_short_numbers_end_with_seven_digits() -> None:
    with pytest.raises(ValueError, match="seven digits"):
        short_no(10_000_000)


# --- what is said -------------------------------------------------------------------------------------


def test_a_wrong_check_digit_is_one_sentence_for_the_office() -> None:
    text = spoken("id_checksum", {}, Language.ZH)
    assert f"第57行 身份证号：{text.detail}，{text.fix}" == "第57行 身份证号：末位校验不符，请对照身份证更正"
    assert text.ask == "本人或家属"


@pytest.mark.parametrize(
    "code",
    [
        "id_format",
        "id_first_generation",
        "id_checksum",
        "id_birthdate",
        "sex_id_mismatch",
        "under_60",
        "certificate_format",
        "certificate_not_own",
        "certificate_level_not_severe",
        "phone_format",
        "phone_extension",
        "name_format",
        "declared_category_contradicted",
        "no_category",
        "ability_score_range",
    ],
)
def test_every_code_says_what_to_do_in_both_languages(code: str) -> None:
    params = {"age": 60, "category": "重残", "facts": "残疾证等级"}
    for language in Language:
        text = spoken(code, params, language)
        assert all((text.detail, text.fix, text.ask))
    assert len(spoken(code, params, Language.ZH).fix) <= 40
    assert CATALOGUE[code].status == 422
