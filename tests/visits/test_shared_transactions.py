"""Records that wait at the same time share a transaction, however often those who sent them come back."""

import asyncio
from typing import Any

from sqlalchemy import event

from api.deps import Service
from tests.accounts.test_traces import entries
from tests.builders import a_liaison
from tests.conftest import Urls
from tests.elders_on_duty import an_elder_on_duty
from tests.visits.test_intake import a_visit

SENDERS, POSTS = 16, 4


async def test_posts_of_one_credential_go_on_sharing_transactions(service: Service, client_of: Any) -> None:
    elder_id = await an_elder_on_duty(service)
    liaison = await client_of(a_liaison())
    written: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if "INSERT INTO visits (" in statement:
            written.append(statement)

    async def send(sender: int) -> None:
        for number in range(POSTS):
            answer = await liaison.post("/v1/visits", json=a_visit(elder_id, external_id=f"S-{sender}-{number}"))
            assert answer.status_code == 201, answer.text

    engine = service.store._engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    await asyncio.gather(*(send(sender) for sender in range(SENDERS)))
    event.remove(engine, "before_cursor_execute", note)
    assert 1 <= len(written) <= SENDERS * POSTS / 4


async def test_requests_under_old_and_new_keys_share_a_transaction(service: Service, client_of: Any) -> None:
    elder_id = await an_elder_on_duty(service)
    liaison = await client_of(a_liaison())

    async def send(number: int) -> Any:
        key = {"Idempotency-Key": f"a-key-for-number-{number}"}
        return await liaison.post("/v1/visits", json=a_visit(elder_id, external_id=f"K-{number}"), headers=key)

    before = await asyncio.gather(*(send(number) for number in range(SENDERS)))
    after = await asyncio.gather(*(send(number) for number in range(2 * SENDERS)))
    assert [answer.status_code for answer in (*before, *after)] == [201] * 3 * SENDERS
    assert [answer.content for answer in after[:SENDERS]] == [answer.content for answer in before]
    assert ["idempotency-replayed" in answer.headers for answer in after] == [True] * SENDERS + [False] * SENDERS


async def test_the_entry_of_each_names_its_own_record_and_no_other(
    service: Service, client_of: Any, database: Urls
) -> None:
    elder_id = await an_elder_on_duty(service)
    liaison = await client_of(a_liaison())

    async def send(number: int) -> str:
        key = {"Idempotency-Key": f"a-key-for-number-{number}"}
        record = a_visit(elder_id, external_id=f"K-{number}")
        return str((await liaison.post("/v1/visits", json=record, headers=key)).json()["id"])

    await asyncio.gather(*(send(number) for number in range(3)))
    sent = await asyncio.gather(*(send(number) for number in range(4)))  # three again, and one that is new

    named = [[each for each in sent if each in str(ids)] for _, _, ids, *_ in entries(database)]
    assert sorted(named) == sorted([[each] for each in (*sent, *sent[:3])])
