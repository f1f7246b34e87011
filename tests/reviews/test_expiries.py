"""Papers that come to their end are tasks, opened ahead; what they established stays (rule A24)."""

from typing import Any

from tests.duty.office import Office

RENEW, REASSESS = "renew_certificate", "reassess_ability"
ASSESSED = {"ability": {"level": "moderate", "basis": "formal", "assessed_on": "2026-10-01", "score": 50}}
CERTIFIED = {"categories": ["living_alone"], "facts": {"certificate_ends_on": "2027-03-31"}}


async def begins(office: Office, elder: str, day: str) -> None:
    office.on(day)
    await office.new_day(elder)


async def tasks(office: Office, kind: str) -> list[tuple[str, str]]:
    listed = (await office.reads(office.instructor, f"/v1/tasks?kind={kind}")).json()["data"]
    return [(task["state"], task["due_on"]) for task in listed]


async def corrects(office: Office, elder: str, **patch: Any) -> None:
    client = await office.client_of(office.instructor)
    answer = await client.patch(f"/v1/elders/{elder}", json=patch, headers={"If-Match": "*"})
    assert answer.status_code == 200, answer.text


async def test_the_end_of_a_certificate_is_told_two_months_ahead(office: Office) -> None:
    elder = await office.confirmed("2026-11-03", **CERTIFIED)
    await begins(office, elder, "2027-01-29")
    assert await tasks(office, RENEW) == []
    await begins(office, elder, "2027-01-30")
    await begins(office, elder, "2027-01-31")
    assert await tasks(office, RENEW) == [("open", "2027-03-31")]

    await corrects(office, elder, facts={"certificate_ends_on": "2037-03-31"})
    await begins(office, elder, "2027-02-01")
    assert await tasks(office, RENEW) == [("done", "2027-03-31")]


async def test_an_assessment_is_repeated_after_a_year_and_the_tier_stays_until_then(office: Office) -> None:
    elder = await office.confirmed("2026-11-03", **ASSESSED)
    observed = {"ability": {**ASSESSED["ability"], "basis": "observed"}}
    await office.confirmed("2026-11-03", **observed)
    await begins(office, elder, "2027-08-02")
    assert await tasks(office, REASSESS) == [("open", "2027-10-01")]
    await begins(office, elder, "2027-11-01")
    state = (await office.reads(office.instructor, f"/v1/elders/{elder}")).json()
    assert (state["tier"], state["ability"]["level"]) == ("priority", "moderate")
    assert await tasks(office, REASSESS) == [("open", "2027-10-01")]

    await corrects(office, elder, ability={"assessed_on": "2027-10-20", "score": 52})
    await begins(office, elder, "2027-11-02")
    assert await tasks(office, REASSESS) == [("done", "2027-10-01")]


async def test_who_has_left_has_no_papers_to_renew(office: Office) -> None:
    elder = await office.confirmed("2026-11-03", **CERTIFIED)
    await office.tells(elder, "exit", kind="institution", last_day_on="2026-11-03", source="family")
    await begins(office, elder, "2027-03-01")
    assert await tasks(office, RENEW) == []
