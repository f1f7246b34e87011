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
