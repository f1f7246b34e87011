"""A severe disease, noticed on a visit, until somebody has heard that it was eased (R44, R48)."""

from tests.builders import TOWNSHIP
from tests.duty.office import code
from tests.referrals.helping import EASED, NOT_EASED
from tests.stories.town import Town


async def test_a_severe_disease_is_referred_until_it_is_eased(town: Town) -> None:
    await town.everybody_signs_in()
    elder = await town.newcomer()
    clinic = await town.target(kind="medical", name="江口镇卫生院", serves=["medical"], area=TOWNSHIP)
    hospital = await town.target(kind="medical", name="涵江医院", serves=["medical"])

    seen = await town.visits(elder, "2026-11-03", disease={"status": "severe", "name": "肺炎"})
    [notice] = await town.about("tasks", elder, kind="severe_disease")
    assert (seen["opened"]["notices"], await town.inbox(town.instructor)) == ([notice["id"]], {"task": (1, 0)})

    referral = await town.refers(task_id=notice["id"], target_id=clinic)
    assert (referral["state"], await town.inbox(town.instructor)) == ("requested", {"referral": (1, 0)})
    rejected = await town.moves(referral, "reject", reason="无呼吸科床位")
    assert (rejected["state"], (await town.inbox(town.instructor))["referral"]) == ("rejected", (1, 0))

    town.on("2026-11-04")
    assert (await town.moves(referral, "retarget", target_id=hospital))["state"] == "requested"
    await town.moves(referral, "accept")
    town.on("2026-11-05")
    await town.moves(referral, "deliver", note="已住院")
    assert await town.inbox(town.instructor) == {"follow_up_of_referral": (1, 0)}
    for body in ("", "{}", '{"nonsense": ['):
        early = await town.posts(town.colleague, f"/v1/referrals/{referral['id']}/close", body)
        assert code(early) == "409 follow_up_required", body

    town.on("2026-11-10")
    in_vain = await town.asks_whether_it_helped(referral, **NOT_EASED)
    assert (in_vain["state"], in_vain["eased"]) == ("reopened", False)
    assert await town.inbox(town.instructor) == {"referral": (1, 0)}
    await town.moves(referral, "deliver")
    town.on("2026-11-16")
    heard = await town.asks_whether_it_helped(referral, **EASED)
    assert (heard["state"], heard["eased"]) == ("followed_up", True)
    closed = await town.moves(referral, "close", by=town.colleague)

    assert (closed["state"], closed["closed_on"]) == ("closed", "2026-11-16")
    assert [(each["target"], each["answer"]) for each in closed["attempts"]] == [
        ("江口镇卫生院", "rejected"),
        ("涵江医院", "accepted"),
    ]
    assert await town.inbox(town.instructor) == {}
    assert (await town.success(town.supervisor, by="target"))["total"]["success_rate"] == "50.00"
