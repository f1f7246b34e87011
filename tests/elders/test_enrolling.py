from datetime import date

import httpx
import pytest

from tests.builders import OTHER_TOWNSHIP, OTHER_VILLAGE, SIBLING_VILLAGE, VILLAGE, an_instructor
from tests.conftest import ClientOf
from tests.elders.forms import a_form, a_whole_form, an_id_number, enrolled, faults

WOMAN = an_id_number(date(1946, 11, 23), 998)


async def test_a_draft_needs_no_more_than_who_and_where(liaison: httpx.AsyncClient) -> None:
    answer = await liaison.post(
        "/v1/elders",
        json={"name": "陈阿婆", "resident_id": WOMAN, "residence": {"village": VILLAGE}},
    )
    assert answer.status_code == 201, answer.text
    elder = answer.json()
    assert answer.headers["location"] == f"/v1/elders/{elder['id']}"
    assert answer.headers["etag"] == elder["etag"]
    assert elder["status"] == "draft"
    assert elder["sex"] == "female"
    assert elder["born_on"] == "1946-11-23"
    assert elder["filed_on"] == "2026-11-03"
    assert len(elder["short_no"]) == 8


async def test_every_box_of_the_form_is_kept(instructor: httpx.AsyncClient) -> None:
    answer = await instructor.post("/v1/elders", json=a_whole_form())
    assert answer.status_code == 201, answer.text
    elder = answer.json()
    assert elder["open_items"] == []
    assert elder["ability"] == {"level": "mild", "basis": "formal", "assessed_on": "2026-09-01", "score": 80}
    assert elder["living"] == {"water_safe": True, "power_safe": True, "housing_safe": False}
    assert elder["aid"] == {"orgs": ["volunteer"], "person": "李志愿", "measures": "每周上门"}
    assert elder["registered_address"]["rural"] is True
    assert elder["judged_categories"] == ["living_alone", "impaired", "severely_disabled"]
    assert elder["tier"] == "priority"
    assert [member["name"] for member in elder["family_members"]] == ["林小明"]
    assert elder["surveyor"]["signed_on"] == "2026-10-06"
    assert elder["surveyor"]["user"] is not None


async def test_everything_that_is_wrong_is_named_at_once(instructor: httpx.AsyncClient) -> None:
    wrong = a_whole_form(
        sex="female",
        filed_on="2026-12-01",
        born_on="1944-03-06",
        no_phone_reason="没有",
        residence={"village": "350303104999"},
        registered_address={"village": "350303999201"},
        ability={"level": "mild", "score": 40},
        surveyor={"signed_on": "2026-10-01"},
        family_members=[{"name": "林小明", "relation": "20", "resident_id": "350303197001019990"}],
    )
    assert faults(await instructor.post("/v1/elders", json=wrong)) == {
        "/sex": "sex_id_mismatch",
        "/born_on": "born_on_id_mismatch",
        "/residence/village": "village_code_unknown",
        "/registered_address/village": "village_code_unknown",
        "/filed_on": "day_in_future",
        "/surveyor/signed_on": "signed_before_filed",
        "/no_phone_reason": "phone_and_reason",
        "/ability/level": "ability_level_score",
        "/family_members/0/resident_id": "id_checksum",
    }


@pytest.mark.parametrize(
    ("said", "pointer", "code"),
    [
        ({"name": "陈3"}, "/name", "name_has_digits"),
        ({"name": "陈"}, "/name", "value_too_short"),
        ({"resident_id": None}, "/resident_id", "field_missing"),
        ({"resident_id": "350303194103159990"}, "/resident_id", "id_checksum"),
        ({"resident_id": an_id_number(date(1970, 1, 1))}, "/born_on", "under_60"),
        ({"id_type": "none", "resident_id": None, "born_on": "1941-01-01", "sex": "male"}, "/no_id_reason",
         "field_missing"),
        ({"id_type": "none", "no_id_reason": "遗失", "born_on": "1941-01-01", "sex": "male"}, "/resident_id",
         "document_number_unexpected"),
        ({"id_type": "passport", "resident_id": "E12345678", "sex": "male"}, "/born_on", "field_missing"),
        ({"id_type": "passport", "resident_id": "E12345678", "born_on": "1941-01-01"}, "/sex", "field_missing"),
        ({"phones": [{"number": "12345"}]}, "/phones/0/number", "phone_format"),
        ({"emergency_contact": {"name": "林明", "relation": "88"}}, "/emergency_contact/relation",
         "relation_code_unknown"),
        ({"registered_address": {"village": VILLAGE, "text": "福州"}}, "/registered_address", "address_given_twice"),
        ({"disposable_income": "-1"}, "/disposable_income", "amount_format"),
        ({"disposable_income": 10.005}, "/disposable_income", "amount_format"),
        ({"pension": {"has": False, "amount": "1"}}, "/pension", "pension_amount"),
        ({"benefits": {"amount": "1"}}, "/benefits", "benefits_without_item"),
        ({"aid": {"orgs": ["none", "volunteer"]}}, "/aid", "aid_none_with_others"),
        ({"disability_certificate": "123"}, "/disability_certificate", "value_format"),
        ({"disability_certificate": an_id_number(date(1950, 1, 1)) + "42"}, "/disability_certificate",
         "certificate_not_own"),
        ({"categories": ["kinless"], "facts": {"spouse": True}}, "/categories", "declared_category_contradicted"),
        ({"family_members": [{"name": "林邻居", "relation": "neighbour"}]}, "/family_members/0/relation",
         "relation_not_family"),
        ({"family_members": [{"name": "林小明", "relation": "20", "township": "350303999"}]},
         "/family_members/0/township", "township_code_unknown"),
        ({"family_members": [{"name": "林阿公", "relation": "11"}], "facts": {"spouse": False}}, "/facts/spouse",
         "spouse_contradicted"),
        ({"tier": "priority"}, "/tier", "field_unknown"),
        ({"residence": {"village": SIBLING_VILLAGE}}, "/residence/village", "village_outside_area"),
        ({"sex": "male", "sex_override_reason": "证件核对无误"}, "/sex_override_reason", "override_by_township"),
    ],
)  # fmt: skip
async def test_a_form_is_refused_with_the_place_and_the_reason(
    liaison: httpx.AsyncClient, said: dict[str, object], pointer: str, code: str
) -> None:
    assert faults(await liaison.post("/v1/elders", json=a_form(**said))) == {pointer: code}


async def test_a_level_of_three_is_not_severely_disabled(liaison: httpx.AsyncClient) -> None:
    form = a_form(categories=["severely_disabled"])
    form["disability_certificate"] = form["resident_id"] + "43"
    refused = faults(await liaison.post("/v1/elders", json=form))
    assert refused == {"/disability_certificate": "certificate_level_not_severe"}


async def test_the_township_may_take_the_sex_from_the_card(instructor: httpx.AsyncClient) -> None:
    elder = await enrolled(instructor, resident_id=WOMAN, sex="male", sex_override_reason="证件核对无误")
    assert elder["sex"] == "male"
    assert elder["sex_override_reason"] == "证件核对无误"


async def test_a_passport_holder_states_birth_and_sex(instructor: httpx.AsyncClient) -> None:
    elder = await enrolled(instructor, id_type="passport", resident_id="e12345678", born_on="1941-02-03", sex="female")
    assert elder["born_on"] == "1941-02-03"
    assert elder["resident_id"] == "E123*5678"


async def test_a_number_in_sight_names_the_file_that_has_it(liaison: httpx.AsyncClient) -> None:
    first = await enrolled(liaison, resident_id=WOMAN)
    answer = await liaison.post("/v1/elders", json=a_form(resident_id=WOMAN.lower()))
    assert answer.status_code == 409
    assert answer.json()["code"] == "identity_taken"
    assert answer.json()["params"] == {"elder_id": first["id"]}


async def test_a_number_out_of_sight_is_taken_and_says_nothing_more(
    client_of: ClientOf, liaison: httpx.AsyncClient
) -> None:
    await enrolled(liaison, resident_id=WOMAN)
    elsewhere = await client_of(an_instructor(OTHER_TOWNSHIP))
    form = a_form(resident_id=WOMAN, residence={"village": OTHER_VILLAGE})
    answer = await elsewhere.post("/v1/elders", json=form)
    assert answer.status_code == 409
    assert answer.json()["code"] == "identity_taken"
    assert answer.json()["params"] == {}
    assert VILLAGE not in answer.text
    assert (await elsewhere.get("/v1/elders")).json()["data"] == []


async def test_short_numbers_are_never_given_twice(liaison: httpx.AsyncClient) -> None:
    numbers = [(await enrolled(liaison))["short_no"] for _ in range(3)]
    assert len(set(numbers)) == 3


async def test_a_missing_name_and_an_unknown_field_are_named_without_values(liaison: httpx.AsyncClient) -> None:
    form = a_form(name=None, resident_id=WOMAN + "Z", canary=WOMAN)
    answer = await liaison.post("/v1/elders", json=form)
    assert faults(answer).keys() >= {"/name", "/canary"}
    assert WOMAN not in answer.text


async def test_the_senders_own_number_names_one_elder(
    liaison: httpx.AsyncClient, instructor: httpx.AsyncClient
) -> None:
    first = await enrolled(liaison, external_id="A-17")
    again = await liaison.post("/v1/elders", json=a_form(external_id="A-17"))
    assert (again.status_code, again.json()["code"]) == (409, "elder_external_id_taken")
    assert again.json()["params"] == {"elder_id": first["id"]}
    assert (await instructor.post("/v1/elders", json=a_form(external_id="A-17"))).status_code == 201


async def test_the_documents_own_example_makes_a_draft(liaison: httpx.AsyncClient) -> None:
    document = (await liaison.get("/openapi.json")).json()
    schema = document["components"]["schemas"]["EnrolIn"]
    answer = await liaison.post("/v1/elders", json=schema["examples"][0])
    assert answer.status_code == 201, answer.text
