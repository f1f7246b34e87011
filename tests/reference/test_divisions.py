"""The district's units, and those it adds itself."""

from typing import Any

import pytest

from api.deps import Service
from api.domain.access import Role
from api.usecases.founding import found
from tests.builders import (
    DISTRICT,
    OTHER_TOWNSHIP,
    TOWNSHIP,
    VILLAGE,
    Person,
    a_dashboard,
    a_liaison,
    a_supervisor,
    an_instructor,
)

NEW = {"code": f"{TOWNSHIP}299", "name": "迎新村村委会", "short_name": "迎新村", "kind": "村委会"}


@pytest.fixture(autouse=True)
async def divisions(service: Service) -> None:
    await found(service.store, DISTRICT)


async def codes(client: Any, query: str = "") -> list[str]:
    """Every code of a list, page by page."""
    found_codes: list[str] = []
    url = f"/v1/divisions?page_size=200{query}"
    while url:
        page = (await client.get(url)).json()
        found_codes += [each["code"] for each in page["data"]]
        url = f"/v1/divisions?page_size=200{query}&page_token={page['next_page_token']}" if page["has_more"] else ""
    return found_codes


async def test_everybody_who_is_signed_in_reads_the_divisions_page_by_page(client_of: Any) -> None:
    client = await client_of(a_dashboard())
    listed = await codes(client)
    assert listed == sorted(set(listed))
    assert listed[0] == DISTRICT
    assert len(listed) > 200


async def test_the_units_of_a_unit_are_listed_by_their_parent(client_of: Any) -> None:
    client = await client_of(a_liaison())
    villages = await codes(client, f"&parent={TOWNSHIP}")
    assert VILLAGE in villages
    assert all(code.startswith(TOWNSHIP) and len(code) == 12 for code in villages)
    assert all(len(code) == 9 for code in await codes(client, "&level=township"))


async def test_the_tree_holds_every_unit_once(client_of: Any) -> None:
    client = await client_of(an_instructor())

    def walked(node: dict[str, Any]) -> list[str]:
        return [node["code"], *(code for child in node["children"] for code in walked(child))]

    tree = (await client.get("/v1/divisions/tree")).json()
    assert sorted(walked(tree)) == await codes(client)


async def test_without_a_token_there_is_no_list(client: Any) -> None:
    assert (await client.get("/v1/divisions")).status_code == 401


async def test_a_supervisor_adds_a_village(client_of: Any) -> None:
    client = await client_of(a_supervisor())
    answer = await client.post("/v1/divisions", json=NEW)
    assert answer.status_code == 201
    assert answer.json() == {**NEW, "level": "village", "parent": TOWNSHIP, "children": 0}
    assert NEW["code"] in await codes(client, f"&parent={TOWNSHIP}")


async def test_nine_digits_are_a_township_and_its_name_serves_as_the_short_one(client_of: Any) -> None:
    client = await client_of(a_supervisor())
    answer = await client.post("/v1/divisions", json={"code": "350303499", "name": "滨海新区管委会", "kind": "管委会"})
    assert (answer.status_code, answer.json()["level"], answer.json()["parent"]) == (201, "township", DISTRICT)
    assert answer.json()["short_name"] == "滨海新区管委会"


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"code": "350304104299"}, "/code", "division_parent_unknown"),  # another district
        ({"code": "350303999201"}, "/code", "division_parent_unknown"),  # no such township
        ({"code": "350303000201"}, "/code", "division_parent_unknown"),  # the district padded is no township
        ({"name": "海星村村委会", "short_name": "海星村"}, "/name", "division_name_taken"),
        ({"code": "35030310429"}, "/code", "value_format"),
        ({"level": "village"}, "/level", "field_unknown"),
    ],
)
async def test_a_division_that_cannot_be_is_refused(
    client_of: Any, changes: dict[str, str], pointer: str, code: str
) -> None:
    client = await client_of(a_supervisor())
    if code == "division_name_taken":
        villages = (await client.get(f"/v1/divisions?parent={TOWNSHIP}")).json()["data"]
        changes = {"name": villages[0]["name"]}
    answer = await client.post("/v1/divisions", json={**NEW, **changes})
    assert answer.status_code == 422
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [(pointer, code)]


async def test_a_name_may_repeat_in_another_township(client_of: Any) -> None:
    client = await client_of(a_supervisor())
    villages = (await client.get(f"/v1/divisions?parent={TOWNSHIP}")).json()["data"]
    twin = {"code": f"{OTHER_TOWNSHIP}299", "name": villages[0]["name"], "kind": "村委会"}
    assert (await client.post("/v1/divisions", json=twin)).status_code == 201


async def test_a_code_is_given_once(client_of: Any) -> None:
    client = await client_of(a_supervisor())
    answer = await client.post("/v1/divisions", json={**NEW, "code": VILLAGE})
    assert (answer.status_code, answer.json()["code"]) == (409, "division_exists")


@pytest.mark.parametrize("person", [an_instructor(), a_liaison(), Person(((Role.ADMIN, DISTRICT),))])
async def test_only_the_district_adds_divisions(client_of: Any, person: Person) -> None:
    client = await client_of(person)
    assert (await client.post("/v1/divisions", json=NEW)).status_code == 403
