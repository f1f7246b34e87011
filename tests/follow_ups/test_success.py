"""Eased ÷ followed up, by kind, township and body; who was not reached told nothing."""

from typing import Any

from tests.builders import OTHER_VILLAGE, Person, a_liaison, an_instructor
from tests.follow_ups.asking import Asking

NOTHING = {"followed_up": 0, "eased": 0, "not_eased": 0, "not_reached": 0, "success_rate": None}


def brief(rates: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Key, counts and rate of every row."""
    names = ("key", "eased", "not_eased", "not_reached", "success_rate")
    return [tuple(row[name] for name in names) for row in rates["rows"]]


async def asked(office: Asking, result: str, asker: Person | None = None, **said: Any) -> None:
    answer = await office.asks_about(await office.put_right(**said), asker or office.supervisor, result)
    assert answer.status_code == 200, answer.text


async def test_where_nobody_was_asked_there_is_no_rate(office: Asking) -> None:
    for by in ("kind", "township", "target"):
        assert await office.success(by=by) == {"by": by, "total": NOTHING, "rows": []}


async def test_rates_by_kind(office: Asking) -> None:
    for result in ("eased", "eased", "not_eased", "not_reached"):
        await asked(office, result)
    await asked(office, "not_reached", kind="fire")
    rates = await office.success(by="kind")
    assert brief(rates) == [("fire", 0, 0, 1, None), ("gas_leak", 2, 1, 1, "66.67")]
    assert [(row["subject"], row["name"]) for row in rates["rows"]] == [
        ("risk_removed", "火情"),
        ("risk_removed", "燃气泄漏"),
    ]
    assert rates["total"] == {
        "followed_up": 3,
        "eased": 2,
        "not_eased": 1,
        "not_reached": 2,
        "success_rate": "66.67",
    }


async def test_rates_by_township_stay_where_the_case_lay(office: Asking) -> None:
    """What was asked in 江口镇 counts there, also after the elder has moved to 白塘镇."""
    elder_id = await office.elder()
    await asked(office, "eased", elder_id=elder_id)
    await office.does(office.supervisor, f"/v1/elders/{elder_id}/transfer", village=OTHER_VILLAGE)
    rates = await office.success(by="township")
    assert brief(rates) == [("350303104", 1, 0, 0, "100.00")]
    assert rates["rows"][0]["name"] == "江口镇"
    assert brief(await office.success(an_instructor(OTHER_VILLAGE[:9]), by="township")) == []
    assert len(await office.heard(a_liaison(OTHER_VILLAGE))) == 1
    assert await office.heard() == []


async def test_rates_by_body_name_who_delivered(office: Asking) -> None:
    target_id = await office.target()
    referral = await office.delivered(elder_id=await office.elder(), kind="daily_care", target_id=target_id)
    await office.asks_whether_it_helped(referral, result="eased", method="phone")
    await asked(office, "not_eased", office.colleague)
    rates = await office.success(by="target")
    assert brief(rates) == [(target_id, 1, 0, 0, "100.00")]
    assert rates["rows"][0]["name"] == "涵江居家养老服务中心"
    assert rates["total"]["success_rate"] == "50.00"
    [by_kind] = [row for row in (await office.success(by="kind"))["rows"] if row["key"] == "daily_care"]
    assert (by_kind["subject"], by_kind["name"]) == ("referral_delivered", "生活照料")


async def test_a_day_begins_at_midnight_in_shanghai_and_the_last_is_not_included(office: Asking) -> None:
    for moment in ("2026-11-03 00:05", "2026-11-03 23:50", "2026-11-04 00:01"):
        office.at(moment)
        await asked(office, "eased")
    assert (await office.success(**{"from": "2026-11-03", "to": "2026-11-04"}))["total"]["eased"] == 2
    assert (await office.success(**{"from": "2026-11-04"}))["total"]["eased"] == 1
    assert (await office.success(to="2026-11-03"))["total"] == NOTHING
