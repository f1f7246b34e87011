"""A provider's system answers what a provider answers, as far as its token goes."""

from tests.accounts.centre import Centre
from tests.accounts.signing import bearing
from tests.duty.office import code

KEY = {"Idempotency-Key": "a-proposal-of-a-machine"}
MOVED = {"kind": "exit_moved_out", "change": {"last_day_on": "2026-11-02", "source": "family"}}


async def test_a_system_accepts_and_proposes_with_the_scope_for_it_and_not_without(centre: Centre) -> None:
    rounds = centre.rounds
    elder_id, body = await rounds.elder(), {"area": "350303", "kind": "care_provider", "name": "服务中心"}
    body |= {"serves": ["daily_care"], "active_from": "2026-01-01", "provider_id": centre.provider_id}
    target = await rounds.does(rounds.supervisor, "/v1/referral-targets", **body)
    said = {"elder_id": elder_id, "kind": "daily_care", "target_id": target["id"]}
    consent = {"given_by": "self", "on": "2026-11-01"}
    referral = await rounds.does(rounds.liaison, "/v1/referrals", **said, consent=consent)
    path = f"/v1/referrals/{referral['id']}/accept"
    secret = (await centre.secret())["secret"]

    narrow = bearing(await centre.token(secret))
    assert code(await centre.http.post(path, headers=narrow)) == "403 scope_missing"
    assert (await centre.changes(scopes=["aftercare:write", "elders:read"])).status_code == 200
    wide = bearing(await centre.token(secret))
    assert (await centre.http.post(path, headers=wide)).json()["state"] == "accepted"
    proposed = await centre.http.post("/v1/change-proposals", headers=wide | KEY, json={"elder_id": elder_id} | MOVED)
    assert proposed.status_code == 201, proposed.text
    assert (await centre.http.get("/v1/change-proposals", headers=wide)).json()["data"] == [proposed.json()]
