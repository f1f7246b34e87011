from tests.duty.office import PRIORITY, Office, code, tasks_of


async def test_nobody_has_spoken_yet_is_counted_and_owed(office: Office) -> None:
    elder = await office.confirmed("2026-11-03")
    line = await office.line(elder, "2026-11")
    assert (line.due, line.consent_pending) == (1, 1)
    office.on("2026-11-05")
    state = await office.tells(elder, "consents", word="given", by="self", on="2026-11-05")
    assert (state["consent"], state["consented_on"]) == ("given", "2026-11-05")
    assert (await office.line(elder, "2026-11")).consent_pending == 0


async def test_the_elder_withdraws_and_what_was_owed_before_stays(office: Office) -> None:
    elder = await office.confirmed("2026-11-01", **PRIORITY)
    office.on("2026-11-16")
    state = await office.does(
        office.liaison, f"/v1/elders/{elder}/consents", word="withdrawn", by="self", on="2026-11-16"
    )
    assert (state["status"], state["consent"]) == ("declined", "withdrawn")
    assert state["stint"]["last_day_on"] == "2026-11-15"
    assert state["stint"]["ending"] == "declined"
    assert await office.owed(elder, "2026-11") == ["H1 open"]
    line = await office.line(elder, "2026-12")
    assert (line.due, line.declined) == (0, 1)


async def test_a_relative_changes_nothing_and_somebody_goes_to_see_the_elder(office: Office) -> None:
    elder = await office.confirmed("2026-11-03")
    state = await office.does(
        office.liaison,
        f"/v1/elders/{elder}/consents",
        word="refused",
        by="family",
        on="2026-11-03",
        evidence="女儿在门口说不用来",
    )
    assert (state["status"], state["consent"]) == ("confirmed", None)
    assert tasks_of(state)["see_in_person"] == "2026-11-10"
    assert await office.owed(elder, "2026-11") == ["M open"]


async def test_a_guardian_shows_evidence_and_waits_for_the_township(office: Office) -> None:
    elder = await office.confirmed("2026-11-01", **PRIORITY)
    word = {"word": "refused", "by": "legal_guardian", "on": "2026-11-16"}
    office.on("2026-11-17")
    path = f"/v1/elders/{elder}/consents"
    assert code(await office.says(office.liaison, path, **word)) == "422 consent_evidence_needed"
    state = await office.does(office.liaison, path, **word, evidence="监护判决书")
    assert state["status"] == "confirmed"
    assert "approve_consent" in tasks_of(state)
    [said] = (await office.reads(office.liaison, path)).json()["data"]
    assert (said["approved"], said["has_evidence"]) == (False, True)

    approve = f"{path}/{said['id']}/approve"
    assert code(await office.says(office.liaison, approve)) == "403 permission_missing"
    state = await office.does(office.instructor, approve)
    assert state["status"] == "declined"
    assert "approve_consent" not in tasks_of(state)
    assert await office.owed(elder, "2026-11") == ["H1 open"]
    assert code(await office.says(office.instructor, approve)) == "409 wrong_state"


async def test_a_guardians_word_recorded_by_the_township_counts_at_once(office: Office) -> None:
    elder = await office.confirmed("2026-11-03")
    state = await office.tells(
        elder, "consents", word="refused", by="legal_guardian", on="2026-11-03", evidence="监护判决书"
    )
    assert state["status"] == "declined"


async def test_given_again_is_a_new_stint(office: Office) -> None:
    elder = await office.confirmed("2026-11-01", **PRIORITY)
    await office.tells(elder, "consents", word="given", by="self", on="2026-11-01")
    office.on("2026-11-16")
    await office.tells(elder, "consents", word="withdrawn", by="self", on="2026-11-16")
    office.on("2026-12-01")
    state = await office.tells(elder, "consents", word="given", by="self", on="2026-12-01")
    assert (state["status"], state["consented_on"]) == ("confirmed", "2026-11-01")
    assert state["stint"]["starts_on"] == "2026-12-01"
    assert await office.owed(elder, "2026-11") == ["H1 open"]
    assert await office.owed(elder, "2026-12") == ["H1 open", "H2 open"]


async def test_an_earlier_word_does_not_undo_a_later_one(office: Office) -> None:
    elder = await office.confirmed("2026-11-03")
    await office.tells(elder, "consents", word="given", by="self", on="2026-11-03")
    state = await office.tells(elder, "consents", word="refused", by="self", on="2026-11-02")
    assert (state["status"], state["consent"]) == ("confirmed", "given")
    assert code(await office.asks(elder, "decline", by="self", on="2026-11-01")) == "409 said_otherwise_since"


async def test_a_no_before_duty_keeps_the_elder_on_the_roll_and_counted(office: Office) -> None:
    office.on("2026-11-03")
    elder = await office.verified()
    assert code(await office.asks(elder, "decline", by="family")) == "422 word_not_entitled"
    state = await office.tells(elder, "decline", by="self")
    assert (state["status"], state["consent"]) == ("declined", "refused")
    line = await office.line(elder, "2026-11")
    assert (line.due, line.declined, line.not_confirmed) == (0, 1, 0)

    assert code(await office.asks(elder, "confirm")) == "409 consent_withheld"
    state = await office.tells(elder, "consents", word="given", by="self", on="2026-11-03")
    assert state["status"] == "declined"
    assert (await office.tells(elder, "confirm"))["status"] == "confirmed"
    assert await office.owed(elder, "2026-11") == ["M open"]


async def test_a_word_about_information_says_nothing_about_visits(office: Office) -> None:
    elder = await office.confirmed("2026-11-03")
    word = {"kind": "sensitive_info", "word": "refused", "by": "self", "on": "2026-11-03"}
    assert (await office.tells(elder, "consents", **word))["status"] == "confirmed"


async def test_what_lies_ahead_has_not_been_said(office: Office) -> None:
    elder = await office.confirmed("2026-11-03")
    ahead = await office.asks(elder, "consents", word="given", by="self", on="2026-11-04")
    assert code(ahead) == "422 day_in_future"
