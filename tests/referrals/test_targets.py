"""The directory of those who help: kept by the district, read by everybody who refers."""

from typing import Any

import pytest

from tests.builders import OTHER_TOWNSHIP, OTHER_VILLAGE, TOWNSHIP, VILLAGE, a_liaison
from tests.duty.office import code
from tests.referrals.helping import CONSENT, Helping


async def test_a_village_finds_the_bodies_of_its_township_and_district(office: Helping) -> None:
    names = {area: f"单位{area}" for area in ("350303", TOWNSHIP, VILLAGE, OTHER_TOWNSHIP)}
    for area, name in names.items():
        await office.target(area=area, name=name)

    async def found(by: Any, query: str = "") -> set[str]:
        return {each["name"] for each in (await office.shows(f"/v1/referral-targets{query}", by=by))["data"]}

    near = {names["350303"], names[TOWNSHIP], names[VILLAGE]}
    assert await found(office.liaison) == near
    assert await found(office.instructor) == near
    assert await found(a_liaison(OTHER_VILLAGE)) == {names["350303"], names[OTHER_TOWNSHIP]}
    assert await found(office.supervisor) == set(names.values())
    assert await found(office.supervisor, f"?area={VILLAGE}") == near


async def test_the_directory_is_searched_by_kind_service_and_day(office: Helping) -> None:
    charity = await office.target(kind="charity", name="慈善总会", serves=["donation"], active_to="2026-11-30")
    police = await office.target(kind="police", name="江口派出所", serves=["protection", "emergency_rescue"])

    async def found(query: str) -> list[str]:
        return [each["id"] for each in (await office.shows(f"/v1/referral-targets?{query}", by=office.liaison))["data"]]

    assert await found("kind=charity") == [charity]
    assert await found("serves=emergency_rescue") == [police]
    assert await found("active_on=2026-11-30") == [charity, police]
    assert await found("active_on=2026-12-01") == [police]


async def test_the_district_alone_keeps_it(office: Helping) -> None:
    body = {"area": TOWNSHIP, "kind": "other", "name": "某单位", "serves": ["other"], "active_from": "2026-01-01"}
    assert code(await office.says(office.instructor, "/v1/referral-targets", **body)) == "403 permission_missing"
    unknown = await office.says(office.supervisor, "/v1/referral-targets", **{**body, "area": "350303999"})
    assert code(unknown) == "422 division_unknown"
    backwards = await office.says(office.supervisor, "/v1/referral-targets", **body, active_to="2025-12-31")
    assert code(backwards) == "422 dates_out_of_order"


async def test_an_entry_is_corrected_by_its_version_and_keeps_the_rest(office: Helping) -> None:
    target = await office.target()
    client, path = await office.client_of(office.supervisor), f"/v1/referral-targets/{target}"
    before = (await client.get(path)).json()
    assert (await client.patch(path, json={"name": "新名称"})).status_code == 428
    changed = await client.patch(
        path, json={"serves": ["comfort"], "active_to": "2026-12-31"}, headers={"If-Match": before["etag"]}
    )
    after = changed.json()
    assert (after["serves"], after["active_to"], after["name"]) == (["comfort"], "2026-12-31", before["name"])
    stale = await client.patch(path, json={"name": "旧"}, headers={"If-Match": before["etag"]})
    assert code(stale) == "412 version_changed"
    opened = await client.patch(path, json={"active_to": None}, headers={"If-Match": after["etag"]})
    assert opened.json()["active_to"] is None
    wrong = await client.patch(path, json={"serves": []}, headers={"If-Match": "*"})
    assert code(wrong) == "422 value_too_short"


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"area": OTHER_TOWNSHIP}, "422 referral_target_unknown"),
        ({"serves": ["donation"]}, "422 target_does_not_serve"),
        ({"active_from": "2026-11-04"}, "422 target_not_active"),
        ({"active_to": "2026-11-02"}, "422 target_not_active"),
    ],
)
async def test_only_a_body_that_can_help_there_today_is_asked(
    office: Helping, said: dict[str, Any], refusal: str
) -> None:
    form = {"elder_id": await office.elder(), "kind": "daily_care", "target_id": await office.target(**said)}
    assert code(await office.says(office.liaison, "/v1/referrals", consent=CONSENT, **form)) == refusal


async def test_the_district_is_told_that_a_body_works_elsewhere(office: Helping) -> None:
    form = {
        "elder_id": await office.elder(),
        "kind": "daily_care",
        "target_id": await office.target(area=OTHER_TOWNSHIP),
    }
    answer = await office.says(office.supervisor, "/v1/referrals", consent=CONSENT, **form)
    assert code(answer) == "422 target_serves_elsewhere"


async def test_what_was_asked_keeps_the_name_it_was_asked_under(office: Helping) -> None:
    target = await office.target(name="旧名称")
    referral = await office.refers(elder_id=await office.elder(), kind="daily_care", target_id=target)
    client = await office.client_of(office.supervisor)
    await client.patch(f"/v1/referral-targets/{target}", json={"name": "新名称"}, headers={"If-Match": "*"})
    [attempt] = (await office.shows(f"/v1/referrals/{referral['id']}"))["attempts"]
    [line] = (await office.shows("/v1/referrals"))["data"]
    assert (attempt["target"], line["target_name"]) == ("旧名称", "新名称")
