"""Unsafe gas: told, still there, a danger, the district's, put right, asked about, closed (R43, R46–R48)."""

from tests.builders import TOWNSHIP, VILLAGE
from tests.duty.office import code
from tests.escalations.desk import EASED, clock_states, kinds
from tests.stories.town import Town

GAS = {"gas_safety": "unsafe"}


async def test_unsafe_gas_is_followed_until_somebody_else_has_found_it_safe(town: Town) -> None:
    await town.everybody_signs_in()
    elder = await town.newcomer()

    seen = await town.visits(elder, "2026-11-03", **GAS)
    [hazard] = seen["opened"]["hazards"]
    assert (seen["opened"]["escalations"], await town.inbox(town.liaison)) == ([], {"hazard": (1, 0)})
    reminded = await town.does(town.liaison, f"/v1/hazards/{hazard}/remind", to="老人儿子", means="phone")
    assert (reminded["state"], reminded["reminder"]) == ("reminded", "given")

    again = await town.visits(elder, "2026-11-10", **GAS)
    assert again["opened"]["hazards"] == [hazard]
    [still] = await town.about("hazards", elder)
    assert (still["state"], still["repeated"], still["times_seen"]) == ("reminded", True, 2)
    raised = await town.does(town.liaison, f"/v1/hazards/{hazard}/escalate", text="提醒后仍漏气")
    case = raised["escalation_id"]
    assert (await town.standing(case))["kind"] == "gas_leak"
    assert (await town.inbox(town.instructor))["escalation"] == (1, 0)
    assert "escalation" not in await town.inbox(town.supervisor)

    town.later(hours=2, seconds=1)
    assert (await town.inbox(town.supervisor))["escalation"] == (1, 1)
    assert "escalation" not in await town.inbox(town.instructor)
    assert (TOWNSHIP, "escalation", "district", 1) in await town.late(town.supervisor)
    assert (VILLAGE, "escalation", "district", 1) in await town.late(town.supervisor, by="village")

    await town.orders(town.supervisor, case, "acknowledge", text="区里督办")
    town.later(hours=1)
    await town.orders(town.instructor, case, "mitigate", text="已关闭阀门，更换软管")
    assert (await town.inbox(town.colleague))["follow_up_of_risk"] == (1, 0)
    for body in ("", "{}", '{"nonsense": [1', '{"text": 7, "more": true}'):
        early = await town.posts(town.colleague, f"/v1/escalations/{case}/close", body)
        assert code(early) == "409 follow_up_required", body
    assert code(await town.asks_about(case, town.instructor)) == "403 follow_up_by_another"
    heard = await town.orders(town.colleague, case, "follow-ups", **EASED)
    assert (heard["state"], heard["self_followed_up"]) == ("followed_up", False)
    closed = await town.orders(town.colleague, case, "close")

    assert (closed["state"], closed["late"]) == ("closed", False)
    assert kinds(closed)[1:] == ["clock_ran_out", "acknowledged", "mitigated", "followed_up", "closed"]
    assert clock_states(closed)["acknowledgement"] == "late"
    assert clock_states(closed)["follow_up"] == "in_time"
    for person in (town.instructor, town.colleague, town.supervisor):
        assert not (await town.inbox(person)).keys() & {"escalation", "follow_up_of_risk"}
    assert (await town.success(town.supervisor))["total"]["eased"] == 1
