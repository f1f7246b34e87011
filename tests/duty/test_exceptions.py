from tests.duty.office import GENERAL, PRIORITY, Office, code

BACKDATED = {"starts_on": "2026-11-01", "ends_on": "2026-11-30", "reason": "away"}


async def waiting(office: Office) -> list[dict[str, object]]:
    return list((await office.reads(office.supervisor, "/v1/exceptions")).json()["data"])


async def test_a_backdated_absence_counts_only_after_the_supervisors_yes(office: Office) -> None:
    """Entered on 3 December for November: owed and pending; approved: excused, and shown as backdated (A6)."""
    elder = await office.confirmed("2026-10-05", **GENERAL)
    office.on("2026-12-03")
    await office.tells(elder, "suspensions", **BACKDATED)
    assert await office.owed(elder, "2026-11") == ["M open pending"]
    [found] = await waiting(office)
    assert (found["kind"], found["elder_id"], found["periods"]) == ("suspension", elder, ["2026-11-M"])
    assert (found["starts_on"], found["reported_on"]) == ("2026-11-01", "2026-12-03")

    path = f"/v1/exceptions/{found['id']}/approve"
    assert code(await office.says(office.instructor, path)) == "403 permission_missing"
    decided = await office.does(office.supervisor, path, note="已电话核实")
    assert (decided["approved"], decided["periods"]) == (True, [])
    assert await office.owed(elder, "2026-11") == ["M excused"]
    line = await office.line(elder, "2026-11")
    assert (line.due, line.excused, line.excused_backdated) == (0, 1, 1)
    assert await waiting(office) == []
    again = await office.says(office.supervisor, path)
    assert (code(again), again.json()["params"]["state"]) == ("409 wrong_state", "approved")


async def test_a_no_leaves_it_owed_and_undoes_the_absence(office: Office) -> None:
    elder = await office.confirmed("2026-10-05", **GENERAL)
    office.on("2026-12-03")
    await office.tells(elder, "suspensions", **{**BACKDATED, "ends_on": "2026-12-20"})
    [found] = await waiting(office)
    await office.does(office.supervisor, f"/v1/exceptions/{found['id']}/reject")
    assert await office.owed(elder, "2026-11") == ["M open"]
    state = (await office.reads(office.supervisor, f"/v1/elders/{elder}")).json()
    assert state["status"] == "confirmed"


async def test_an_exit_past_the_middle_of_an_unvisited_period_waits_too(office: Office) -> None:
    elder = await office.confirmed("2026-10-05", **GENERAL)
    office.on("2026-11-20")
    await office.tells(elder, "exit", kind="moved_out", last_day_on="2026-11-20", source="family")
    [found] = await waiting(office)
    assert (found["kind"], found["reason"], found["starts_on"]) == ("exit", "moved_out", "2026-11-20")
    await office.does(office.supervisor, f"/v1/exceptions/{found['id']}/approve")
    assert await office.owed(elder, "2026-11") == ["M waived"]


async def test_what_hides_nothing_is_not_in_question(office: Office) -> None:
    elder = await office.confirmed("2026-10-05", **PRIORITY)
    office.on("2026-11-01")
    state = await office.tells(elder, "suspensions", starts_on="2026-11-01", ends_on="2026-11-20", reason="hospital")
    assert await waiting(office) == []
    suspension = state["suspensions"][0]["id"]
    answer = await office.says(office.supervisor, f"/v1/exceptions/{suspension}/approve")
    assert (code(answer), answer.json()["params"]["state"]) == ("409 wrong_state", "nothing_to_decide")
    assert code(await office.says(office.supervisor, f"/v1/exceptions/{elder}/approve")) == "404 not_found"


async def test_each_sees_what_waits_in_the_own_area(office: Office) -> None:
    elder = await office.confirmed("2026-10-05", **GENERAL)
    office.on("2026-12-03")
    await office.tells(elder, "suspensions", **BACKDATED)
    here = await office.reads(office.liaison, "/v1/exceptions?area=350303104201")
    assert len(here.json()["data"]) == 1
    elsewhere = await office.reads(office.supervisor, "/v1/exceptions?area=350303101")
    assert elsewhere.json()["data"] == []
