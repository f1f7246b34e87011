"""Weather warnings by hand or from a feed: what they propose, and what becomes of it (reading A17)."""

from typing import Any

import pytest

from tests.builders import OTHER_TOWNSHIP, TOWNSHIP, an_instructor
from tests.duty.office import code
from tests.surges.weather import Weather

TYPHOON: dict[str, Any] = {
    "signal_id": "35030320261103080000",
    "event": "issue",
    "kind": "台风",
    "code": "0103",
    "colour": "orange",
    "adcode": "350303",
    "issued_at": "2026-11-03T08:00:00+08:00",
}
RED = {"code": "0104", "colour": "red"}
YELLOW = {"code": "0102", "colour": "yellow"}


async def told(weather: Weather, **said: Any) -> dict[str, Any]:
    return await weather.does(weather.supervisor, "/v1/surges/signals", **{**TYPHOON, **said})


def kinds(heard: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["kind"], each["state"]) for each in heard["proposed"]]


async def test_an_orange_warning_proposes_three_days_of_extra_visits(weather: Weather) -> None:
    heard = await told(weather)
    assert (heard["state"], heard["kind"], heard["code"], heard["colour"]) == ("issued", "台风", "0103", "orange")
    [surge] = heard["proposed"]
    assert (surge["kind"], surge["source"], surge["state"]) == ("surge", "signal", "planned")
    assert (surge["areas"], surge["starts_on"], surge["ends_on"]) == (["350303"], "2026-11-03", "2026-11-05")
    assert surge["signal"] == {"id": heard["id"], "kind": "台风", "code": "0103", "colour": "orange"}
    opened = await weather.does(weather.supervisor, f"/v1/surges/{surge['id']}/open", ends_on="2026-11-04")
    assert (opened["state"], opened["ends_on"], opened["signal"]) == ("active", "2026-11-04", surge["signal"])


async def test_yellow_is_heard_and_proposes_nothing(weather: Weather) -> None:
    assert kinds(await told(weather, **YELLOW)) == []


async def test_red_proposes_a_stand_down_besides(weather: Weather) -> None:
    assert kinds(await told(weather)) == [("surge", "planned")]
    rising = await told(weather, event="update", **RED)
    assert rising["state"] == "updated"
    assert kinds(rising) == [("surge", "planned"), ("stand_down", "planned")]
    assert kinds(await told(weather, event="update", **RED)) == kinds(rising)


async def test_what_was_not_opened_goes_when_the_warning_sinks_or_ends(weather: Weather) -> None:
    heard = await told(weather, **RED)
    surge = heard["proposed"][0]
    await weather.does(weather.supervisor, f"/v1/surges/{surge['id']}/open")
    sunk = await told(weather, event="update")
    assert kinds(sunk) == [("surge", "active"), ("stand_down", "cancelled")]
    over = await told(weather, event="cancel")
    assert (over["state"], kinds(over)) == ("cancelled", [("surge", "active"), ("stand_down", "cancelled")])
    late = await weather.says(weather.supervisor, "/v1/surges/signals", **{**TYPHOON, "event": "update"})
    assert code(late) == "409 wrong_state"


async def test_the_same_warning_again_changes_nothing(weather: Weather) -> None:
    assert await told(weather) == await told(weather)


async def test_an_unknown_kind_is_kept_in_its_own_words(weather: Weather) -> None:
    heard = await told(weather, kind="雷雨大风", code="2203", signal_id="x-1")
    assert (heard["kind"], heard["code"], kinds(heard)) == ("雷雨大风", "2203", [("surge", "planned")])


async def test_the_township_proposes_for_itself_what_the_whole_district_is_warned_of(weather: Weather) -> None:
    heard = await weather.does(weather.instructor, "/v1/surges/signals", **TYPHOON)
    assert heard["proposed"][0]["areas"] == [TOWNSHIP]
    everywhere = await told(weather)
    assert everywhere["id"] != heard["id"]
    seen = (await weather.reads(weather.liaison, "/v1/surges/signals")).json()["data"]
    assert [each["id"] for each in seen] == [heard["id"], everywhere["id"]]
    elsewhere = (await weather.reads(an_instructor(OTHER_TOWNSHIP), "/v1/surges/signals")).json()["data"]
    assert [each["id"] for each in elsewhere] == [everywhere["id"]]


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"code": "0105"}, "422 signal_code_unknown"),
        ({"kind": "高温", "code": "0701", "colour": "blue"}, "422 signal_code_unknown"),
        ({"colour": "red"}, "422 signal_colour_differs"),
        ({"adcode": "350304"}, "422 division_unknown"),
        ({"ends_on": "2026-11-02"}, "422 dates_out_of_order"),
    ],
)
async def test_what_no_feed_would_say_is_refused(weather: Weather, said: dict[str, str], refusal: str) -> None:
    assert code(await weather.says(weather.supervisor, "/v1/surges/signals", **{**TYPHOON, **said})) == refusal


async def test_heat_is_yellow_orange_or_red(weather: Weather) -> None:
    for number, (digits, colour) in enumerate((("0702", "yellow"), ("0703", "orange"), ("0704", "red"))):
        await told(weather, kind="高温", code=digits, colour=colour, signal_id=f"heat-{number}")
