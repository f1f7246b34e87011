"""What a newcomer finds in the demo: something of everything, in every state, and work for whoever signs in."""

from typing import Any

import pytest
from rich.console import Console

from api.demo.run import prepare, settings_for
from api.deps import Service
from api.domain.escalations import EscalationState
from api.domain.months import Month, civil_date
from api.domain.waiting import WaitingKind
from api.usecases.verifying import verify
from tests.demo.conftest import Made, VisitorAs

pytestmark = pytest.mark.long  # making the demo, once for whoever begins


async def listed(visitor_as: VisitorAs, path: str, **query: str) -> list[dict[str, Any]]:
    """The first page of a list, as the supervisor sees it."""
    answer = await (await visitor_as("supervisor")).get(path, params={"page_size": 200, **query})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["data"])


async def test_there_are_risks_in_every_state(visitor_as: VisitorAs) -> None:
    risks = await listed(visitor_as, "/v1/escalations")
    assert {risk["state"] for risk in risks} == set(EscalationState)
    assert any(risk["late"] and risk["level"] == "district" for risk in risks)
    [stranger] = [risk for risk in risks if risk["lead_id"]]
    assert stranger["elder_id"] is None


@pytest.mark.parametrize(
    ("path", "states"),
    [
        ("/v1/hazards", {"reminded"}),
        ("/v1/needs", {"requested", "referred", "solved", "met"}),
        (
            "/v1/referrals",
            {"requested", "accepted", "rejected", "delivered", "followed_up", "reopened", "closed", "cancelled"},
        ),
        ("/v1/policy-applications", {"signposted", "helped", "applied"}),
        ("/v1/leads", {"new", "verifying", "verified", "not_found", "not_eligible", "duplicate"}),
        ("/v1/suspensions", {"provisional", "confirmed"}),
        ("/v1/change-proposals", {"proposed", "accepted", "rejected"}),
        ("/v1/surges", {"planned", "ended"}),
        ("/v1/inspections", {"planned", "done"}),
        ("/v1/rectifications", {"ordered"}),
        ("/v1/complaints", {"received"}),
        ("/v1/incident-reviews", {"open"}),
        ("/v1/month-closings", {"closed", "running"}),
        ("/v1/whereabouts-checks", {"open"}),
    ],
)
async def test_there_is_something_of_everything(visitor_as: VisitorAs, path: str, states: set[str]) -> None:
    assert states <= {each["state"] for each in await listed(visitor_as, path)}


async def test_a_round_of_reviews_is_under_way(visitor_as: VisitorAs) -> None:
    states = {each["state"] for each in await listed(visitor_as, "/v1/reviews")}
    assert {"due", "submitted"} <= states


async def test_there_are_bodies_to_refer_to_and_somebody_to_call(visitor_as: VisitorAs) -> None:
    assert len(await listed(visitor_as, "/v1/referral-targets")) == 8
    assert len(await listed(visitor_as, "/v1/duty-contacts")) == 4  # three townships and the district


@pytest.mark.parametrize(
    ("username", "kinds"),
    [
        ("supervisor", {WaitingKind.ESCALATION, WaitingKind.SUSPENSION_IN_QUESTION, WaitingKind.INCIDENT_REVIEW}),
        (
            "instructor",
            {
                WaitingKind.ESCALATION,
                WaitingKind.FOLLOW_UP_OF_RISK,
                WaitingKind.FOLLOW_UP_OF_REFERRAL,
                WaitingKind.REFERRAL,
                WaitingKind.SUSPENSION,
                WaitingKind.CHANGE_PROPOSAL,
                WaitingKind.REVIEW_TO_SIGN,
                WaitingKind.ELDER_TO_CONFIRM,
                WaitingKind.INSPECTION,
                WaitingKind.COMPLAINT,
            },
        ),
        (
            "liaison",
            {WaitingKind.WHEREABOUTS_CHECK, WaitingKind.NEED, WaitingKind.LEAD, WaitingKind.RECTIFICATION},
        ),
    ],
)
async def test_whoever_signs_in_finds_work(visitor_as: VisitorAs, username: str, kinds: set[WaitingKind]) -> None:
    inbox = (await (await visitor_as(username)).get("/v1/inbox")).json()
    assert kinds <= {each["kind"] for each in inbox["kinds"]}


async def test_stays_with_proof_wait_to_be_confirmed_as_a_list(visitor_as: VisitorAs) -> None:
    query = {"state": "provisional", "reason": "hospital", "proof": "true"}
    answer = await (await visitor_as("instructor")).get("/v1/suspensions", params=query)
    assert len(answer.json()["data"]) == 4


async def test_the_supervisor_sees_what_is_late_and_at_whose_desk(visitor_as: VisitorAs) -> None:
    late = (await (await visitor_as("supervisor")).get("/v1/late")).json()
    assert {"escalation", "follow_up_of_referral", "lead", "rectification"} <= {each["kind"] for each in late["data"]}
    assert {each["desk"] for each in late["data"]} == {"village", "township", "district"}


async def test_the_first_month_is_closed_and_restated(visitor_as: VisitorAs, service: Service) -> None:
    first = Month.of(civil_date(service.clock())).previous().previous()
    answer = await (await visitor_as("supervisor")).get(f"/v1/month-closings/{first}")
    assert answer.json()["state"] == "closed"
    assert answer.json()["total"]["difference"]["late"] > 0


async def test_most_of_the_first_tier_were_reached_at_the_festival(visitor_as: VisitorAs) -> None:
    [ended] = [each for each in await listed(visitor_as, "/v1/surges") if each["state"] == "ended"]
    figures = (await (await visitor_as("supervisor")).get(f"/v1/surges/{ended['id']}")).json()["figures"]
    assert figures["contacted"] > figures["not_reached"]


async def test_records_come_in_time(visitor_as: VisitorAs, service: Service) -> None:
    last = Month.of(civil_date(service.clock())).previous()
    rates = (await (await visitor_as("supervisor")).get("/v1/visit-rates", params={"month": str(last)})).json()
    assert rates["total"]["late"] == 0
    assert rates["total"]["visited_home"] > rates["total"]["due_elders"] / 2


async def test_the_same_file_again_changes_nothing(visitor_as: VisitorAs, made: Made) -> None:
    [first, *_] = sorted(made.folder.glob("探访记录-*.csv"))
    answer = await (await visitor_as("supervisor")).post(
        "/v1/visit-imports",
        content=first.read_bytes(),
        headers={"Content-Type": "text/csv"},
        params={"source": "office", "mode": "validate"},
    )
    stats = answer.json()["stats"]
    assert stats["unchanged"] == stats["rows"] > 0


async def test_every_stored_judgement_is_what_the_facts_come_to(service: Service) -> None:
    found = [difference async for difference in verify(service.store, service.settings.district)]
    assert found == []


def test_a_demo_that_is_there_is_not_made_again(made: Made) -> None:
    before = (made.folder / "credentials.json").stat().st_mtime_ns
    assert prepare(made.folder, 9000, Console(quiet=True)) == settings_for(made.folder, 9000)
    assert (made.folder / "credentials.json").stat().st_mtime_ns == before
