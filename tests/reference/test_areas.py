"""Whoever asks about an area that is not his is answered alike everywhere: it is not there (api ruling 2)."""

import pytest
from fastapi import FastAPI

from tests.builders import DISTRICT, OTHER_TOWNSHIP, OTHER_VILLAGE, Person, a_liaison, a_supervisor, an_instructor
from tests.duty.office import Office

_NEEDED = {"month": "2026-11", "from": "2026-11-01", "to": "2026-12-01", "day": "2026-11-03", "in": "due"}


def asked_about_areas(app: FastAPI) -> dict[str, dict[str, str]]:
    """Every reading that an area narrows, with what else it must be told; reference data are everybody's."""
    found: dict[str, dict[str, str]] = {}
    for path, methods in app.openapi()["paths"].items():
        reading = methods.get("get", {"x-permission": "reference_read"})
        told = {each["name"]: each for each in reading.get("parameters", ()) if each.get("in") == "query"}
        needed = {name for name, each in told.items() if each.get("required")} - {"area"}
        if "area" in told and "{" not in path and reading["x-permission"] != "reference_read":
            assert "404" in reading["responses"], f"{path} does not say that it may answer 404"
            found[path] = {name: _NEEDED[name] for name in needed}
    return found


@pytest.mark.parametrize(
    ("person", "area"),
    [
        (an_instructor(), OTHER_TOWNSHIP),
        (an_instructor(), OTHER_VILLAGE),
        (an_instructor(), DISTRICT),
        (a_liaison(), OTHER_VILLAGE),
        (a_supervisor(), "350304"),
        (an_instructor(), "350303999"),
    ],
    ids=lambda each: each.grants[0][0].value if isinstance(each, Person) else each,
)
async def test_an_area_that_is_not_ones_own_is_not_there(
    office: Office, app: FastAPI, person: Person, area: str
) -> None:
    client = await office.client_of(person)
    answers = {}
    for path, needed in asked_about_areas(app).items():
        answer = await client.get(path, params={**needed, "area": area})
        if answer.status_code != 403:
            answers[path] = (answer.status_code, answer.json().get("code") if answer.status_code >= 400 else None)
    assert len(answers) > 10
    assert {path: said for path, said in answers.items() if said != (404, "not_found")} == {}
