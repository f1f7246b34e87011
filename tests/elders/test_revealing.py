import httpx
import pytest

from tests.conftest import Urls
from tests.elders.forms import a_whole_form, enrolled, faults, stored_rows

PURPOSE = "核对残疾人证"


async def a_whole_elder(client: httpx.AsyncClient) -> str:
    answer = await client.post("/v1/elders", json=a_whole_form())
    return str(answer.json()["id"])


async def test_a_purpose_reveals_the_fields_it_names(instructor: httpx.AsyncClient) -> None:
    elder_id = await a_whole_elder(instructor)
    answer = await instructor.post(
        f"/v1/elders/{elder_id}/reveal",
        json={"fields": ["resident_id", "disease_history", "family_planning"], "purpose": PURPOSE},
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["values"] == {
        "resident_id": a_whole_form()["resident_id"],
        "disease_history": "高血压",
        "family_planning": {"had_one_child": True},
    }


async def test_every_sealed_field_can_be_revealed(instructor: httpx.AsyncClient) -> None:
    elder_id = await a_whole_elder(instructor)
    masked = (await instructor.get(f"/v1/elders/{elder_id}")).json()["masked"]
    answer = await instructor.post(f"/v1/elders/{elder_id}/reveal", json={"fields": masked, "purpose": PURPOSE})
    values = answer.json()["values"]
    assert list(values) == masked
    assert values["income_sources"] == {"sources": ["pension", "children"], "text": None}
    assert values["household_income"] == "900.00"
    assert values["family_members"][0]["phone"] == "13850330002"


async def test_what_is_not_known_is_revealed_as_nothing(liaison: httpx.AsyncClient) -> None:
    elder = await enrolled(liaison)
    answer = await liaison.post(
        f"/v1/elders/{elder['id']}/reveal", json={"fields": ["disease_history"], "purpose": PURPOSE}
    )
    assert answer.json()["values"] == {"disease_history": None}


@pytest.mark.parametrize(
    ("form", "pointer"),
    [
        ({"fields": ["resident_id"], "purpose": "看看"}, "/purpose"),
        ({"fields": ["resident_id"]}, "/purpose"),
        ({"fields": [], "purpose": PURPOSE}, "/fields"),
        ({"fields": ["status"], "purpose": PURPOSE}, "/fields/0"),
    ],
)
async def test_nothing_is_revealed_without_fields_and_purpose(
    liaison: httpx.AsyncClient, form: dict[str, object], pointer: str
) -> None:
    elder = await enrolled(liaison)
    assert list(faults(await liaison.post(f"/v1/elders/{elder['id']}/reveal", json=form))) == [pointer]


async def test_each_look_is_kept_with_fields_and_purpose_and_no_value(
    database: Urls, instructor: httpx.AsyncClient
) -> None:
    elder_id = await a_whole_elder(instructor)
    await instructor.post(f"/v1/elders/{elder_id}/reveal", json={"fields": ["resident_id"], "purpose": PURPOSE})
    rows = stored_rows(database, "SELECT * FROM audit_entries WHERE operation = 'reveal'")
    assert len(rows) == 1
    assert elder_id in str(rows[0]["object_ids"])
    assert "resident_id" in str(rows[0]["fields"])
    assert rows[0]["purpose"] == PURPOSE
    assert a_whole_form()["resident_id"] not in str(rows)


async def test_nothing_sealed_stands_in_the_open(database: Urls, instructor: httpx.AsyncClient) -> None:
    await a_whole_elder(instructor)
    secrets = (a_whole_form()["resident_id"], "13850330001", "后埔12号", "高血压", "林小明", "王邻居", "812.50")
    for table in ("elders", "family_members", "elder_phones", "versions", "events", "audit_entries"):
        rows = stored_rows(database, f"SELECT * FROM {table}")
        assert rows, table
        assert not [secret for secret in secrets if secret in str(rows)], table
