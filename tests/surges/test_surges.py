"""One contact with everybody of a surge's tiers, whoever made it; a rate of its own (reading A17)."""

from tests.surges.weather import Weather


async def test_eight_at_home_and_one_by_telephone_of_ten_are_ninety_percent(weather: Weather) -> None:
    elders = await weather.settled(10)
    surge = await weather.opened_surge("2026-11-03", "2026-11-05")
    assert len(await weather.tasks_of(surge)) == 10
    weather.on("2026-11-04")
    for elder in elders[:8]:
        await weather.sees(elder, "2026-11-04")
    await weather.calls(elders[8], "2026-11-04")
    assert await weather.figures(surge) == {
        "tasks": 10,
        "contacted": 9,
        "home": 8,
        "phone": 1,
        "online": 0,
        "other": 0,
        "not_reached": 1,
        "contact_rate": "90.00",
    }
    assert await weather.not_reached(surge) == [elders[9]]
