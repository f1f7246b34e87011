"""The festivals of any year, with what the district sets for them; the days as two libraries have them."""

from datetime import date, timedelta

import pytest
from lunar_python import Lunar

from api.domain.festivals import Festival
from api.usecases.festivals import day_of
from tests.builders import a_dashboard
from tests.duty.office import code
from tests.surges.weather import Weather

DAYS = {
    2023: "01-21 01-22 02-05 04-05 06-22 09-29 10-23 12-22",
    2024: "02-09 02-10 02-24 04-04 06-10 09-17 10-11 12-21",
    2025: "01-28 01-29 02-12 04-04 05-31 10-06 10-29 12-21",
    2026: "02-16 02-17 03-03 04-05 06-19 09-25 10-18 12-22",
    2027: "02-05 02-06 02-20 04-05 06-09 09-15 10-08 12-22",
    2028: "01-25 01-26 02-09 04-04 05-28 10-03 10-26 12-21",
    2029: "02-12 02-13 02-27 04-04 06-16 09-22 10-16 12-21",
    2030: "02-02 02-03 02-17 04-05 06-05 09-12 10-05 12-22",
}
LUNAR = {
    Festival.SPRING_FESTIVAL: (1, 1),
    Festival.LANTERN: (1, 15),
    Festival.DRAGON_BOAT: (5, 5),
    Festival.MID_AUTUMN: (8, 15),
    Festival.DOUBLE_NINTH: (9, 9),
}


def second_opinion(year: int) -> dict[Festival, date]:
    found = {each: Lunar.fromYmd(year, *day).getSolar() for each, day in LUNAR.items()}
    terms = Lunar.fromYmd(year, 6, 1).getJieQiTable()
    found |= {Festival.QINGMING: terms["清明"], Festival.WINTER_SOLSTICE: terms["DONG_ZHI"]}
    days = {each: date.fromisoformat(solar.toYmd()) for each, solar in found.items()}
    return days | {Festival.NEW_YEARS_EVE: days[Festival.SPRING_FESTIVAL] - timedelta(days=1)}


@pytest.mark.parametrize("year", DAYS)
def test_the_days_are_those_of_the_table(year: int) -> None:
    assert " ".join(f"{day_of(each, year):%m-%d}" for each in Festival) == DAYS[year]


@pytest.mark.parametrize("year", range(2023, 2036))
def test_the_days_are_those_of_another_library(year: int) -> None:
    assert {each: day_of(each, year) for each in Festival} == second_opinion(year)


@pytest.mark.parametrize("year", range(2000, 2100))
def test_new_years_eve_is_the_day_before_the_first_of_the_first_month(year: int) -> None:
    eve = day_of(Festival.NEW_YEARS_EVE, year)
    assert eve + timedelta(days=1) == day_of(Festival.SPRING_FESTIVAL, year)


async def test_anybody_reads_the_festivals_of_a_year_in_order(weather: Weather) -> None:
    year = (await weather.reads(a_dashboard(), "/v1/festivals?year=2027")).json()
    assert (year["year"], [each["on"][5:] for each in year["data"]]) == (2027, DAYS[2027].split())
    assert year["data"][0] == {
        "festival": "new_years_eve",
        "on": "2027-02-05",
        "days_before": 3,
        "days_after": 0,
        "window_from": "2027-02-02",
        "window_to": "2027-02-05",
        "active": True,
        "tiers": ["priority"],
        "group": ["new_years_eve", "spring_festival"],
    }
    this = (await weather.reads(weather.liaison, "/v1/festivals")).json()
    assert this["year"] == 2026
    assert (await weather.reads(weather.liaison, "/v1/festivals?year=2100")).status_code == 422


async def test_the_supervisor_sets_a_window_for_one_year(weather: Weather) -> None:
    client = await weather.client_of(weather.supervisor)
    said = {"days_before": 5, "days_after": 1, "active": True, "tiers": ["general", "priority"]}
    changed = await client.put("/v1/festivals/2027/mid_autumn", json=said)
    assert (changed.json()["window_from"], changed.json()["window_to"]) == ("2027-09-10", "2027-09-16")
    again = await client.put("/v1/festivals/2027/mid_autumn", json={**said, "days_after": 2})
    assert again.json()["window_to"] == "2027-09-17"
    listed = (await weather.reads(weather.liaison, "/v1/festivals?year=2027")).json()["data"]
    assert [each for each in listed if each["festival"] == "mid_autumn"] == [again.json()]
    next_year = (await weather.reads(weather.liaison, "/v1/festivals?year=2028")).json()["data"]
    assert {each["days_before"] for each in next_year} == {3}
    refused = await (await weather.client_of(weather.instructor)).put("/v1/festivals/2027/mid_autumn", json=said)
    assert code(refused) == "403 permission_missing"


async def test_the_eve_and_the_festival_are_one_window(weather: Weather) -> None:
    client = await weather.client_of(weather.supervisor)
    wide = {"days_before": 1, "days_after": 2, "active": True, "tiers": ["general"]}
    await client.put("/v1/festivals/2027/spring_festival", json=wide)
    surge = await weather.does(weather.instructor, "/v1/surges", festival="new_years_eve", year=2027)
    assert (surge["starts_on"], surge["ends_on"]) == ("2027-02-02", "2027-02-08")
    assert (surge["source"], surge["festival"], surge["tiers"]) == (
        "festival",
        "new_years_eve",
        ["general", "priority"],
    )


async def test_a_festival_that_is_switched_off_proposes_nothing(weather: Weather) -> None:
    client = await weather.client_of(weather.supervisor)
    off = {"days_before": 3, "days_after": 0, "active": False, "tiers": ["priority"]}
    await client.put("/v1/festivals/2027/qingming", json=off)
    refused = await weather.says(weather.supervisor, "/v1/surges", festival="qingming", year=2027)
    assert code(refused) == "409 festival_not_kept"


async def test_a_surge_of_next_year_may_be_opened_already(weather: Weather) -> None:
    await weather.planned_for("2026-11", "2026-12")
    [elder] = await weather.settled(1)
    surge = await weather.does(weather.supervisor, "/v1/surges", festival="spring_festival", year=2027)
    await weather.does(weather.supervisor, f"/v1/surges/{surge['id']}/open")
    assert set(await weather.tasks_of(surge["id"])) == {elder}
    await weather.tells(elder, "exit", kind="moved_out", last_day_on="2026-11-02", source="family")
    assert await weather.tasks_of(surge["id"]) == {}
    assert await weather.wrong() == []
