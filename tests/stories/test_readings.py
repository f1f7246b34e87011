"""Examples of the readings that no other test tells over HTTP: A7, A24, A33."""

import pytest

from tests.duty.office import GENERAL
from tests.stories.town import Town
from tests.visits.rounds import refused


async def test_a7_six_months_after_the_last_of_august_is_the_last_of_february(town: Town) -> None:
    """2023-08-31 → 2024-02-29."""
    town.on("2023-08-31")
    elder = await town.elder(months=("2023-08", "2023-09"))

    assert (await town.tells(elder, "reviews"))["review_due_on"] == "2024-02-29"


async def test_a24_an_elder_counts_once_in_the_tier_of_what_was_due_first(town: Town) -> None:
    """PRIORITY from 10 November: the month is owed as GENERAL, and there the elder counts, H2 or not."""
    elder = await town.confirmed("2026-10-05", **GENERAL)
    town.on("2026-11-10")
    await town.tells(elder, "raise-tier", tier="priority", reason="近期丧偶")
    await town.visits(elder, "2026-11-12")
    town.on("2026-12-01")

    assert await town.owed(elder, "2026-11") == ["M met", "H2 open"]
    rates = await town.shows("/v1/visit-rates?month=2026-11&by=tier", by=town.supervisor)
    assert (rates["total"]["due_elders"], rates["total"]["obligations"]) == (1, 2)
    assert {row["key"]: row["due_elders"] for row in rates["rows"] if row["due_elders"]} == {"general": 1}


@pytest.mark.parametrize(("signature", "due", "refusals"), [("signed", 0, 1), ("thumbprint", 0, 1), (None, 1, 0)])
async def test_a33_one_refusal_under_the_elders_own_signature_is_enough(
    town: Town, signature: str | None, due: int, refusals: int
) -> None:
    elder = await town.newcomer()
    town.on("2026-11-05")
    under = {"elder_signature": {"kind": signature}} if signature else {}
    await town.sends(elder, **refused("2026-11-05", **under))
    town.on("2026-12-01")

    total = (await town.shows("/v1/visit-rates?month=2026-11", by=town.supervisor))["total"]
    assert (total["due_elders"], total["refused"]) == (due, refusals)
