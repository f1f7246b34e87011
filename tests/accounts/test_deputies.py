"""Standing in for somebody from a day to a day (代理)."""

from datetime import timedelta

import pytest

from api.deps import Service
from tests.accounts.signing import id_of, within_a_second
from tests.builders import a_liaison, a_supervisor, an_instructor
from tests.conftest import ClientOf, Clock

pytestmark = pytest.mark.usefixtures("founded")


async def test_a_deputy_stands_in_from_a_day_to_a_day(client_of: ClientOf, service: Service, clock: Clock) -> None:
    instructor, liaison = an_instructor(), a_liaison()
    principal_id, deputy_id = await id_of(service, instructor), await id_of(service, liaison)
    supervisor = await client_of(a_supervisor())
    period = {"starts_on": "2026-11-04", "ends_on": "2026-11-05"}

    given = await supervisor.post(f"/v1/users/{deputy_id}/grants", json={"deputy_for": principal_id, **period})

    assert given.status_code == 201
    statuses = []
    for _ in range(4):
        statuses.append((await (await client_of(liaison)).get("/v1/users")).status_code)
        clock.now += timedelta(days=1)
    assert statuses == [403, 200, 200, 403]


async def test_a_deputy_is_managed_by_who_manages_the_principal(client_of: ClientOf, service: Service) -> None:
    instructor, liaison = an_instructor(), a_liaison()
    principal_id, deputy_id = await id_of(service, instructor), await id_of(service, liaison)
    supervisor, below = await client_of(a_supervisor()), await client_of(instructor)
    assert (await below.get(f"/v1/users/{deputy_id}")).status_code == 200

    await supervisor.post(f"/v1/users/{deputy_id}/grants", json={"deputy_for": principal_id, "ends_on": "2026-11-30"})

    assert (await supervisor.get(f"/v1/users/{deputy_id}")).status_code == 200
    assert (await below.get(f"/v1/users/{deputy_id}")).status_code == 404


async def test_nobody_makes_a_deputy_of_somebody_above(client_of: ClientOf, service: Service) -> None:
    above, liaison_id = await id_of(service, a_supervisor()), await id_of(service, a_liaison())
    instructor = await client_of(an_instructor())

    for principal, code in ((above, "deputy_unknown"), (liaison_id, "deputy_for_self")):
        answer = await instructor.post(
            f"/v1/users/{liaison_id}/grants", json={"deputy_for": principal, "ends_on": "2026-11-30"}
        )
        assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_the_deputy_of_a_disabled_account_stands_in_no_more(client_of: ClientOf, service: Service) -> None:
    instructor, liaison = an_instructor(), a_liaison()
    principal_id, deputy_id = await id_of(service, instructor), await id_of(service, liaison)
    supervisor, deputy = await client_of(a_supervisor()), await client_of(liaison)
    await supervisor.post(f"/v1/users/{deputy_id}/grants", json={"deputy_for": principal_id, "ends_on": "2026-11-30"})
    await within_a_second(lambda: deputy.get("/v1/users"), 200)

    await supervisor.post(f"/v1/users/{principal_id}/disable")

    await within_a_second(lambda: deputy.get("/v1/users"), 403)
