"""Complaints are taken down by anybody, and decided by somebody whom they are not about (R50)."""

from tests.builders import VILLAGE
from tests.duty.office import code
from tests.visits.rounds import Rounds, at

SAID = {"kind": "not_visited", "complainant": "family", "text": "说十月没有人来过"}
NOTE = {"note": "回访核实"}


async def test_a_complaint_about_a_record_knows_elder_worker_and_village(rounds: Rounds) -> None:
    rounds.on("2026-11-20")
    elder = await rounds.elder()
    sent = await rounds.sends(elder, **at("2026-11-19"))
    complaint = await rounds.does(rounds.liaison, "/v1/complaints", visit_id=sent["id"], **SAID)
    assert (complaint["elder_id"], complaint["village"], complaint["state"]) == (elder, VILLAGE, "received")
    of_worker = f"/v1/complaints?worker_id={complaint['worker_id']}"
    assert [each["id"] for each in (await rounds.reads(rounds.instructor, of_worker)).json()["data"]] == [
        complaint["id"]
    ]


async def test_a_complaint_is_decided_once(rounds: Rounds) -> None:
    complaint = await rounds.does(rounds.liaison, "/v1/complaints", village=VILLAGE, **SAID)
    path = f"/v1/complaints/{complaint['id']}"
    assert (await rounds.does(rounds.instructor, f"{path}/uphold", **NOTE))["state"] == "upheld"
    assert code(await rounds.says(rounds.instructor, f"{path}/dismiss", **NOTE)) == "409 wrong_state"


async def test_who_is_complained_of_does_not_decide(rounds: Rounds) -> None:
    rounds.on("2026-11-20")
    sent = await rounds.sends(await rounds.elder(), by=rounds.instructor, **at("2026-11-19"))
    complaint = await rounds.does(rounds.supervisor, "/v1/complaints", visit_id=sent["id"], **SAID)
    answer = await rounds.says(rounds.instructor, f"/v1/complaints/{complaint['id']}/dismiss", **NOTE)
    assert code(answer) == "403 own_record"


async def test_a_complaint_is_about_one_thing(rounds: Rounds) -> None:
    assert code(await rounds.says(rounds.liaison, "/v1/complaints", **SAID)) == "422 complaint_about_one"
