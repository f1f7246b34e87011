"""Where a township has nobody else, it asks itself whether its work has helped, and that shows (R48)."""

from tests.duty.office import code
from tests.escalations.desk import EASED
from tests.stories.town import Town


async def test_a_township_of_one_closes_its_own_case_and_the_district_sees_that_it_did(town: Town) -> None:
    case = await town.put_right()

    heard = await town.orders(town.instructor, case, "follow-ups", **EASED)
    assert (heard["state"], heard["self_followed_up"]) == ("followed_up", True)
    closed = await town.orders(town.instructor, case, "close")
    assert (closed["state"], closed["self_followed_up"]) == ("closed", True)

    seen = await town.standing(case, by=town.supervisor)
    assert (seen["state"], seen["self_followed_up"]) == ("closed", True)
    [word] = await town.heard(town.supervisor, self_followed_up="true")
    assert (word["case_id"], word["self_followed_up"]) == (case, True)
    assert await town.heard(town.supervisor, self_followed_up="false") == []


async def test_a_township_of_two_asks_somebody_else(town: Town) -> None:
    case = await town.put_right()
    await town.client_of(town.colleague)

    assert code(await town.asks_about(case, town.instructor)) == "403 follow_up_by_another"
    assert (await town.asks_about(case, town.colleague)).json()["self_followed_up"] is False
