"""Months of settlement over HTTP: proposed, closed, put right by the next, and who may look."""

import csv
from typing import Any

from tests.builders import a_supervisor
from tests.duty.office import code
from tests.settlements.purchases import HOME, MEAL, Purchases

VISITED_IN_VAIN = {"outcome": "not_met", "not_met": {"whereabouts": "away"}}


async def test_a_month_comes_to_its_visits_times_their_price(purchases: Purchases) -> None:
    purchases.on("2026-11-30")
    provider = await purchases.provider(HOME, MEAL)
    first, second = await purchases.elder(), await purchases.elder(name="李阿公")
    await purchases.visited(provider, first, "2026-11-02", care=["meal", "bathing"])
    await purchases.visited(provider, second, "2026-11-20")
    purchases.on("2026-12-01")
    proposed = await purchases.proposed(provider, "2026-11")
    assert {name: proposed[name] for name in ("state", "amount", "currency", "corrections", "line_count", "cut")} == {
        "state": "proposed",
        "amount": 9500,
        "currency": "CNY",
        "corrections": 0,
        "line_count": 3,
        "cut": 0,
    }
    lines = await purchases.lines(provider, "2026-11")
    assert [(line["visited_on"], line["service"], line["amount"], line["billable"]) for line in lines] == [
        ("2026-11-02", "home_visit", 4000, True),
        ("2026-11-02", "meal", 1500, True),
        ("2026-11-20", "home_visit", 4000, True),
    ]
    assert {line["elder_id"] for line in lines} == {first, second}


async def test_a_visit_that_is_not_paid_says_why(purchases: Purchases) -> None:
    purchases.on("2026-11-30")
    provider = await purchases.provider({**HOME, "cap": 1, "cap_period": "half_month", "ends_on": "2026-11-20"})
    elder = await purchases.elder()
    await purchases.visited(provider, elder, "2026-11-02", hour=14)
    await purchases.visited(provider, elder, "2026-11-02", hour=9)
    await purchases.visited(provider, elder, "2026-11-03", method="phone")
    await purchases.visited(provider, elder, "2026-11-18", place="canteen")
    await purchases.visited(provider, elder, "2026-11-21")
    returned = await purchases.visited(provider, elder, "2026-11-17")
    assert (await purchases.commands(purchases.instructor, returned, "return")).is_success
    purchases.on("2026-12-01")
    await purchases.proposed(provider, "2026-11")
    assert await purchases.told(provider, "2026-11") == [
        ("2026-11-02", 4000, None),
        ("2026-11-02", 0, "over_cap"),
        ("2026-11-03", 0, "no_price"),
        ("2026-11-17", 0, "returned"),
        ("2026-11-18", 0, "not_at_home"),
        ("2026-11-21", 0, "no_price"),
    ]


async def test_a_meeting_in_the_providers_own_house_is_not_paid(purchases: Purchases) -> None:
    purchases.on("2026-11-30")
    provider = await purchases.provider(HOME, premises=True)
    await purchases.visited(provider, await purchases.elder(), "2026-11-02", place="day_centre")
    purchases.on("2026-12-01")
    assert (await purchases.proposed(provider, "2026-11"))["amount"] == 0
    assert await purchases.told(provider, "2026-11") == [("2026-11-02", 0, "own_premises")]


async def test_what_is_being_inspected_waits_and_is_paid_when_it_stood(purchases: Purchases) -> None:
    purchases.on("2026-11-30")
    provider = await purchases.provider(HOME)
    visit = await purchases.visited(provider, await purchases.elder(), "2026-11-02")
    chosen = {"visit_ids": [visit], "reason": "chosen"}
    [inspection] = (await purchases.does(purchases.supervisor, "/v1/inspections", **chosen))["inspections"]
    purchases.on("2026-12-01")
    await purchases.closed(provider, "2026-11")
    assert await purchases.told(provider, "2026-11") == [("2026-11-02", 0, "under_inspection")]
    found = {"finding": "confirmed", "method": "phone"}
    await purchases.does(purchases.supervisor, f"/v1/inspections/{inspection}/conclude", **found)
    purchases.on("2027-01-02")
    assert (await purchases.proposed(provider, "2026-12"))["corrections"] == 4000
    assert await purchases.told(provider, "2026-12") == [("2026-11-02", 4000, None)]


async def test_who_lived_elsewhere_or_was_not_assigned_is_not_covered(purchases: Purchases) -> None:
    purchases.on("2026-11-30")
    provider = await purchases.provider()
    await purchases.contract(provider, HOME, reach="elders", areas=[])
    await purchases.visited(provider, await purchases.elder(), "2026-11-02")
    nobody = await purchases.provider()
    await purchases.visited(nobody, await purchases.elder(name="李阿公"), "2026-11-02")
    purchases.on("2026-12-01")
    for each, why in ((provider, "not_covered"), (nobody, "no_contract")):
        await purchases.proposed(each, "2026-11")
        assert await purchases.told(each, "2026-11") == [("2026-11-02", 0, why)]


async def test_a_draft_is_computed_again_until_it_is_closed(purchases: Purchases) -> None:
    purchases.on("2026-11-30")
    provider, elder = await purchases.provider(HOME), await purchases.elder()
    await purchases.visited(provider, elder, "2026-11-02")
    purchases.on("2026-12-01")
    first = await purchases.proposed(provider, "2026-11")
    await purchases.visited(provider, elder, "2026-11-20")
    again = await purchases.proposed(provider, "2026-11")
    assert (first["amount"], again["amount"], again["version"]) == (4000, 8000, 2)
    path = f"/v1/providers/{provider}/settlements/2026-11/close"
    client = await purchases.client_of(purchases.supervisor)
    assert code(await client.post(path, headers={"If-Match": first["etag"]})) == "412 version_changed"
    closed = await client.post(path, headers={"If-Match": again["etag"]})
    assert (closed.json()["state"], closed.json()["amount"]) == ("closed", 8000)
    assert code(await client.post(path)) == "409 wrong_state"


async def test_a_closed_month_is_frozen_and_the_next_puts_it_right(purchases: Purchases) -> None:
    purchases.on("2026-11-30")
    provider, elder = await purchases.provider(HOME), await purchases.elder()
    wrong = await purchases.visited(provider, elder, "2026-11-02")
    await purchases.visited(provider, elder, "2026-11-20")
    purchases.on("2026-12-01")
    closed = await purchases.closed(provider, "2026-11")
    of_november = await purchases.lines(provider, "2026-11")
    assert (await purchases.commands(purchases.instructor, wrong, "void")).is_success
    await purchases.visited(provider, elder, "2026-11-28")
    await purchases.visited(provider, elder, "2026-12-01")
    purchases.on("2027-01-02")
    december = await purchases.closed(provider, "2026-12")
    shown = await purchases.reads(purchases.supervisor, f"/v1/providers/{provider}/settlements/2026-11")
    assert shown.json() == closed
    assert await purchases.lines(provider, "2026-11") == of_november
    assert (december["amount"], december["corrections"]) == (4000, 0)
    assert await purchases.told(provider, "2026-12") == [
        ("2026-11-02", -4000, "voided"),
        ("2026-11-28", 4000, None),
        ("2026-12-01", 4000, None),
    ]
    taken_back, late, new = await purchases.lines(provider, "2026-12")
    assert taken_back["corrects"] == of_november[0]["id"]
    assert (taken_back["billable"], taken_back["late"], late["late"], new["late"]) == (False, True, True, False)


async def test_what_does_not_fit_under_the_ceiling_is_shown_and_not_paid(purchases: Purchases) -> None:
    purchases.on("2026-11-30")
    provider = await purchases.provider(HOME, ceiling=9000)
    elder = await purchases.elder()
    for day in ("2026-11-02", "2026-11-09", "2026-11-20"):
        await purchases.visited(provider, elder, day)
    purchases.on("2026-12-01")
    closed = await purchases.closed(provider, "2026-11")
    [share] = closed["contracts"]
    assert (closed["amount"], closed["cut"]) == (8000, 4000)
    assert {name: share[name] for name in share if name != "contract_id"} == {
        "ceiling": 9000,
        "used_before": 0,
        "amount": 8000,
        "used": 8000,
        "used_share": "88.89",
        "cut": 4000,
    }
    assert (await purchases.told(provider, "2026-11"))[2] == ("2026-11-20", 0, "over_ceiling")
    purchases.on("2027-01-02")
    assert (await purchases.proposed(provider, "2026-12"))["line_count"] == 0


async def test_months_are_settled_in_order_and_when_they_have_ended(purchases: Purchases) -> None:
    purchases.on("2026-12-01")
    provider = await purchases.provider(HOME)
    path = f"/v1/providers/{provider}/settlements"
    supervisor = purchases.supervisor
    assert code(await purchases.says(supervisor, path, month="2026-12")) == "409 month_still_running"
    await purchases.closed(provider, "2026-11")
    assert code(await purchases.says(supervisor, path, month="2026-11")) == "409 wrong_state"
    assert code(await purchases.says(supervisor, path, month="2026-10")) == "409 later_month_settled"
    assert code(await purchases.says(supervisor, path + "/2026-10/close")) == "404 not_found"


async def test_a_month_that_was_left_out_comes_with_the_next(purchases: Purchases) -> None:
    purchases.on("2026-11-30")
    provider, elder = await purchases.provider(HOME), await purchases.elder()
    await purchases.visited(provider, elder, "2026-10-02")
    await purchases.visited(provider, elder, "2026-11-02")
    purchases.on("2026-12-01")
    proposed = await purchases.proposed(provider, "2026-11")
    assert (proposed["amount"], proposed["corrections"]) == (8000, 4000)


async def test_a_provider_reads_its_own_settlements_and_no_others(purchases: Purchases) -> None:
    purchases.on("2026-11-30")
    mine, other = await purchases.provider(HOME), await purchases.provider(HOME)
    await purchases.visited(mine, await purchases.elder(), "2026-11-02")
    purchases.on("2026-12-01")
    for each in (mine, other):
        await purchases.proposed(each, "2026-11")
    manager = await purchases.manager(mine)
    listed = await purchases.reads(manager, f"/v1/providers/{mine}/settlements?count=exact")
    assert (listed.json()["total"], [each["amount"] for each in listed.json()["data"]]) == (1, [4000])
    assert [line["amount"] for line in await purchases.lines(mine, "2026-11", by=manager)] == [4000]
    for path in ("", "/2026-11", "/2026-11/lines"):
        assert code(await purchases.reads(manager, f"/v1/providers/{other}/settlements{path}")) == "404 not_found"
    assert code(await purchases.says(manager, f"/v1/providers/{mine}/settlements", month="2026-11")) == (
        "403 permission_missing"
    )
    elsewhere = a_supervisor("350304")
    assert code(await purchases.reads(elsewhere, f"/v1/providers/{mine}/settlements")) == "404 not_found"


async def test_lines_and_months_are_read_page_by_page(purchases: Purchases) -> None:
    purchases.on("2026-11-30")
    provider, elder = await purchases.provider(HOME), await purchases.elder()
    for day in range(2, 7):
        await purchases.visited(provider, elder, f"2026-11-{day:02}")
    purchases.on("2026-12-01")
    await purchases.closed(provider, "2026-10")
    await purchases.closed(provider, "2026-11")
    months = await pages(purchases, f"/v1/providers/{provider}/settlements?page_size=1")
    assert [each["month"] for each in months] == ["2026-11", "2026-10"]
    lines = await pages(purchases, f"/v1/providers/{provider}/settlements/2026-11/lines?page_size=2")
    assert [each["position"] for each in lines] == [1, 2, 3, 4, 5]


async def test_lines_come_as_a_table_that_no_spreadsheet_calculates_with(purchases: Purchases) -> None:
    purchases.on("2026-11-30")
    provider, elder = await purchases.provider(HOME, number="=1+1"), await purchases.elder()
    await purchases.visited(provider, elder, "2026-11-02")
    voided = await purchases.visited(provider, elder, "2026-11-20")
    purchases.on("2026-12-01")
    await purchases.closed(provider, "2026-11")
    await purchases.does(purchases.supervisor, f"/v1/visits/{voided}/void", reason="重复")
    await purchases.visited(provider, elder, "2026-12-01", 1)
    purchases.on("2027-01-02")
    await purchases.proposed(provider, "2026-12")
    path = f"/v1/providers/{provider}/settlements/2026-12/lines.csv"
    answer = await purchases.reads(purchases.supervisor, path)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="settlement-2026-12.csv"'
    rows = list(csv.DictReader(answer.content.decode("utf-8-sig").splitlines()))
    said = [(row["探访日期"], row["服务项目"], row["金额（元）"], row["不予结算原因"], row["往月补结"]) for row in rows]
    assert said == [("2026-11-20", "上门探访", "-40.00", "已作废", "是"), ("2026-12-01", "上门探访", "40.00", "", "")]
    assert {row["合同编号"] for row in rows} == {"'=1+1"}
    assert {row["村（居）"] for row in rows} == {"新前村委会"}
    lines = await purchases.lines(provider, "2026-12")
    assert [row["探访记录"] for row in rows] == [line["visit_id"] for line in lines]
    manager = await purchases.manager(provider)
    assert (await purchases.reads(manager, path)).content == answer.content
    client = await purchases.client_of(purchases.supervisor)
    english = await client.get(path, headers={"Accept-Language": "en"})
    assert english.text.splitlines()[1].split(",")[3:5] == ["新前村委会", "home visit"]


async def pages(purchases: Purchases, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    answer = (await purchases.reads(purchases.supervisor, path)).json()
    found += answer["data"]
    while token := answer["next_page_token"]:
        answer = (await purchases.reads(purchases.supervisor, f"{path}&page_token={token}")).json()
        found += answer["data"]
    return found
