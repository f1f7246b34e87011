"""If-Match: who changes what was changed since it was read is told so, but only when nothing else is wrong."""

import httpx
import pytest

from api.deps import Service
from api.usecases.founding import found
from tests.builders import DISTRICT, a_supervisor
from tests.conftest import ClientOf
from tests.duty.office import code
from tests.elders.forms import enrolled

STALE = {"If-Match": '"99"'}


@pytest.fixture
async def supervisor(service: Service, client_of: ClientOf) -> httpx.AsyncClient:
    await found(service.store, DISTRICT)
    return await client_of(a_supervisor())


async def test_a_stale_change_is_412_and_nothing_is_done(supervisor: httpx.AsyncClient) -> None:
    elder = await enrolled(supervisor)
    path = f"/v1/elders/{elder['id']}"
    assert code(await supervisor.patch(path, json={"alias": "阿芳"}, headers=STALE)) == "412 version_changed"
    assert code(await supervisor.post(f"{path}/verify", headers=STALE)) == "412 version_changed"
    assert (await supervisor.get(path)).json() == elder


async def test_what_is_wrong_anyway_is_said_first(supervisor: httpx.AsyncClient) -> None:
    path = f"/v1/elders/{(await enrolled(supervisor))['id']}"
    assert code(await supervisor.patch(path, json={"alias": 7}, headers=STALE)) == "422 value_type"
    assert code(await supervisor.post(f"{path}/exit", json={}, headers=STALE)) == "422 validation_failed"
    reinstated = await supervisor.post(f"{path}/reinstate", json={"reason": "误录"}, headers=STALE)
    assert code(reinstated) == "409 wrong_state"


async def test_a_change_needs_if_match_whatever_was_answered_before(supervisor: httpx.AsyncClient) -> None:
    elder = await enrolled(supervisor)
    key = {"Idempotency-Key": "0123456789abcdef"}
    path = f"/v1/elders/{elder['id']}"
    first = await supervisor.patch(path, json={"alias": "阿芳"}, headers={**key, "If-Match": str(elder["etag"])})
    assert first.status_code == 200
    assert code(await supervisor.patch(path, json={"alias": "阿芳"}, headers=key)) == "428 if_match_required"
    endless = {**key, "If-Match": "9" * 201}
    assert code(await supervisor.patch(path, json={"alias": "阿芳"}, headers=endless)) == "422 value_too_long"


async def test_a_patch_is_read_under_its_own_media_type_and_under_no_other(supervisor: httpx.AsyncClient) -> None:
    elder = await enrolled(supervisor)
    path, headers = f"/v1/elders/{elder['id']}", {"If-Match": str(elder["etag"])}
    merge_patch, another = ({"Content-Type": f"application/{name}"} for name in ("merge-patch+json", "xml"))

    changed = await supervisor.patch(path, content='{"alias": "阿芳"}', headers=headers | merge_patch)
    refused = await supervisor.patch(path, content="<alias/>", headers=headers | another)

    assert (changed.status_code, changed.json()["alias"]) == (200, "阿芳")
    assert code(refused) == "415 media_type_unsupported"
    assert refused.headers["accept-patch"] == "application/merge-patch+json, application/json"
    assert "accept-post" not in refused.headers


async def test_what_is_as_it_was_is_not_sent_again(supervisor: httpx.AsyncClient) -> None:
    elder = await enrolled(supervisor)
    path = f"/v1/elders/{elder['id']}"

    known = await supervisor.get(path, headers={"If-None-Match": elder["etag"]})
    older = await supervisor.get(path, headers=STALE | {"If-None-Match": '"0"'})

    assert (known.status_code, known.headers["etag"], known.content) == (304, elder["etag"], b"")
    assert (older.status_code, older.headers["etag"]) == (200, elder["etag"])
