"""What is promised of personal data (P40 to P43): where it may not be, who may see it, and when it is gone."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

import httpx
import pytest

from api.deps import Service
from api.security import Keys
from api.store.crypto import SealBroken, Sealer, Suite
from api.store.resealing import DIGESTS, SEALS
from api.usecases.keys import drop_sealing_key, make_sealing_key, rotate_sealing_key
from api.usecases.resealing import OtherKeys, require_fitting_keys, reseal, sealed_under
from tests.builders import DISTRICT
from tests.cli.conftest import sql
from tests.conftest import Urls
from tests.duty.office import code
from tests.elders.forms import a_whole_form, an_id_number, stored_rows
from tests.promises.names import promise
from tests.promises.plugin import Counted, Told
from tests.visits.rounds import Rounds, a_visit, at

# --- P42 ----------------------------------------------------------------------------------------------


def sealer_of(service: Service) -> Sealer:
    return service.store._sealer


async def a_full_office(rounds: Rounds, elders: int) -> list[dict[str, Any]]:
    """Elders with everything Annex 3 asks for, on the roll, one visit each; as their forms said."""
    numbers = [an_id_number(date(1944, 1 + n // 25, 1 + n % 25)) for n in range(elders)]
    forms = [a_whole_form(resident_id=number, disability_certificate=f"{number}42") for number in numbers]
    for form in forms:
        elder_id = (await rounds.does(rounds.instructor, "/v1/elders", **form))["id"]
        form["id"] = elder_id
        await rounds.tells(elder_id, "verify")
        await rounds.tells(elder_id, "confirm")
    return forms


async def found(client: httpx.AsyncClient, number: str) -> list[str]:
    answer = await client.post("/v1/elders/search", json={"resident_id": number})
    assert answer.status_code == 200, answer.text
    return [each["id"] for each in answer.json()["data"]]


@promise("P42")
async def test_keys_change_while_people_work_and_the_old_one_goes(
    rounds: Rounds, service: Service, keys: Keys, database: Urls, counted: Counted, told: Told
) -> None:
    forms = await a_full_office(rounds, counted(6, 100))
    client = await rounds.client_of(rounds.liaison)
    sealer, over, asked = sealer_of(service), asyncio.Event(), 0

    async def work() -> None:
        nonlocal asked
        while not over.is_set():
            form = forms[asked % len(forms)]
            assert await found(client, form["resident_id"]) == [form["id"]]
            posted = await client.post(
                "/v1/visits", json=a_visit(form["id"], external_id=f"A-{asked}", **at("2026-11-02", 6 + asked % 12))
            )
            read = await client.get(f"/v1/elders/{form['id']}")
            assert (posted.status_code, read.status_code) == (201, 200), posted.text + read.text
            asked += 1

    working = asyncio.create_task(work())
    ahead = make_sealing_key(keys)
    sealer.use(ahead.sealing)
    rotated = rotate_sealing_key(ahead)
    sealer.use(rotated.sealing)
    current = rotated.sealing.current
    for _ in range(2):  # stopped in the middle, it is begun again
        started = asyncio.create_task(reseal(service.store, DISTRICT, current, lambda *_: None))
        await asyncio.sleep(0.05)
        started.cancel()
        with suppress(asyncio.CancelledError):
            await started
    await reseal(service.store, DISTRICT, current, lambda *_: None)
    under = await sealed_under(service.store)
    assert set(under) == {current}
    sealer.use(drop_sealing_key(rotated, keys.sealing.current).sealing)
    await asyncio.sleep(0.5)
    over.set()
    await working

    third = rotate_sealing_key(make_sealing_key(drop_sealing_key(rotated, keys.sealing.current)))
    sealer.use(third.sealing)
    opened = await reseal(service.store, DISTRICT, third.sealing.current, lambda *_: None)  # opens every value
    assert opened >= under[current]
    for form in forms:
        assert await found(client, form["resident_id"]) == [form["id"]]
    told(f"{opened} values of {len(SEALS)} columns, {asked} rounds of work meanwhile, 0 errors")


@promise("P42")
def test_every_column_of_bytes_is_sealed_or_a_digest() -> None:
    names = [str(seal) for seal in SEALS]
    assert len(names) == len(set(names))
    assert {"elders.sealed", "visits.sealed", "versions.changes", "idempotency.body"} <= set(names)
    assert not DIGESTS & set(names)


@promise("P42")
async def test_what_was_moved_to_another_row_is_noticed_and_never_shown(
    rounds: Rounds, service: Service, keys: Keys, database: Urls, capfd: pytest.CaptureFixture[str]
) -> None:
    one, other = await a_full_office(rounds, 2)
    ids = sorted(str(row["id"]) for row in stored_rows(database, "SELECT id FROM elders"))
    sql(
        database.owner,
        "UPDATE elders SET sealed = (SELECT twin.sealed FROM elders AS twin WHERE twin.id <> elders.id"
        f" AND twin.id IN ('{ids[0]}', '{ids[1]}')) WHERE id = '{ids[0]}'",
    )
    shown = [await rounds.says(rounds.instructor, f"/v1/elders/{each['id']}/reveal", **REVEAL) for each in (one, other)]

    assert sorted(answer.status_code for answer in shown) == [200, 500]
    broken = next(answer for answer in shown if answer.status_code == 500)
    assert code(broken) == "500 internal_error"
    assert not [each for each in (one, other) if each["resident_id"] in broken.text]
    assert "SealBroken" in capfd.readouterr().err
    rotated = rotate_sealing_key(make_sealing_key(keys)).sealing
    sealer_of(service).use(rotated)
    with pytest.raises(SealBroken, match=r"elders\.sealed"):
        await reseal(service.store, DISTRICT, rotated.current, lambda *_: None)


@promise("P42")
async def test_other_keys_are_told_from_those_of_the_database(rounds: Rounds, service: Service, keys: Keys) -> None:
    await a_full_office(rounds, 1)
    await require_fitting_keys(service.store)
    other = Keys.generate().sealing
    for wrong in (other, replace(keys.sealing, index=other.index), replace(keys.sealing, suite=Suite.NATIONAL)):
        sealer_of(service).use(wrong)
        with pytest.raises(OtherKeys):
            await require_fitting_keys(service.store)


REVEAL = {"fields": ["resident_id"], "purpose": "核对残疾人证"}
