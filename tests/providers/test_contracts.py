"""Contracts of purchased services: what they cover, what they pay for, how they end."""

from typing import Any

import pytest

from tests.builders import OTHER_TOWNSHIP, TOWNSHIP, VILLAGE
from tests.duty.office import Office, code
from tests.providers.forces import MEALS, a_contract, a_force, signed

VISITS = {"service": "home_visit", "price": 3000}


async def test_a_contract_says_where_when_and_at_what_price(office: Office) -> None:
    force = await a_force(office)
    contract = await signed(office, force, ceiling=500_000)
    assert contract["area"] == TOWNSHIP
    assert (contract["state"], contract["areas"], contract["ceiling"]) == ("signed", [TOWNSHIP], 500_000)
    assert contract["services"] == [
        {
            "service": "home_visit",
            "price": 3000,
            "cap": 2,
            "cap_period": "month",
            "starts_on": "2026-01-01",
            "ends_on": "2026-12-31",
        }
    ]
    for path in (f"/v1/providers/{force['id']}/contracts", "/v1/contracts?running_on=2026-12-31"):
        listed = (await office.reads(office.liaison, path)).json()["data"]
        assert [each["id"] for each in listed] == [contract["id"]]
    over = (await office.reads(office.liaison, "/v1/contracts?running_on=2027-01-01")).json()
    assert over["data"] == []


async def test_only_the_district_signs(office: Office) -> None:
    path = f"/v1/providers/{(await a_force(office))['id']}/contracts"
    assert code(await office.says(office.instructor, path, **a_contract())) == "403 permission_missing"


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ({"areas": []}, {"areas_by_reach"}),
        ({"reach": "elders"}, {"areas_by_reach"}),
        ({"areas": [OTHER_TOWNSHIP]}, {"division_unknown"}),
        ({"ends_on": "2025-12-31"}, {"dates_out_of_order"}),
        ({"services": [{**VISITS, "cap": 2}]}, {"cap_incomplete"}),
        ({"services": [{**VISITS, "ends_on": "2027-01-01"}]}, {"price_outside_contract"}),
        ({"services": [VISITS, {**VISITS, "starts_on": "2026-06-01"}]}, {"prices_overlap"}),
    ],
    ids=lambda value: str(value)[:60],
)
async def test_a_contract_that_cannot_be_is_refused(office: Office, said: dict[str, Any], codes: set[str]) -> None:
    path = f"/v1/providers/{(await a_force(office))['id']}/contracts"
    answer = await office.says(office.supervisor, path, **a_contract(**said))
    assert {error["code"] for error in answer.json()["errors"]} >= codes


async def test_a_price_may_follow_another(office: Office) -> None:
    prices = [{**VISITS, "ends_on": "2026-06-30"}, {**VISITS, "price": 3500, "starts_on": "2026-07-01"}, MEALS]
    contract = await signed(office, await a_force(office), services=prices)
    assert [each["price"] for each in contract["services"]] == [3000, 3500, 1200]


async def test_a_contract_is_renewed_by_a_patch_and_ended_with_a_day(office: Office) -> None:
    office.on("2026-11-03")
    contract = await signed(office, await a_force(office))
    path = f"/v1/contracts/{contract['id']}"
    client = await office.client_of(office.supervisor)
    renewed = await client.patch(path, json={"ends_on": "2027-06-30", "areas": [VILLAGE]}, headers={"If-Match": "*"})
    assert renewed.status_code == 200, renewed.text
    assert (renewed.json()["ends_on"], renewed.json()["areas"]) == ("2027-06-30", [VILLAGE])
    late = await office.says(office.supervisor, f"{path}/terminate", reason="解除", on="2027-07-01")
    assert code(late) == "422 day_outside_contract"
    ended = await office.does(office.supervisor, f"{path}/terminate", reason="双方解除", on="2026-11-30")
    assert (ended["state"], ended["ends_on"]) == ("terminated", "2026-11-30")
    again = await client.patch(path, json={"ends_on": "2027-06-30"}, headers={"If-Match": "*"})
    assert code(again) == "409 wrong_state"


async def test_nothing_is_signed_with_a_force_that_was_removed(office: Office) -> None:
    force = await a_force(office)
    await office.does(office.supervisor, f"/v1/providers/{force['id']}/remove", reason="弄虚作假")
    answer = await office.says(office.supervisor, f"/v1/providers/{force['id']}/contracts")
    assert code(answer) == "409 wrong_state"
