"""What the whole house promises on the wire, each claim by its name: B7 to B10, and B12."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from api.messages import CATALOGUE
from tests.conftest import ROOT, Urls
from tests.duty.office import code
from tests.elders.forms import a_whole_form, enrolled, patched, stored_rows
from tests.promises.names import promise
from tests.promises.plugin import Told
from tests.visits.rounds import Rounds, a_visit, at

AT_ONCE = 50


# --- B7 -----------------------------------------------------------------------------------------------


@promise("B7")
async def test_of_fifty_changes_of_one_version_one_is_made(rounds: Rounds) -> None:
    client = await rounds.client_of(rounds.instructor)
    elder = await enrolled(client)

    async def changed(alias: str) -> httpx.Response:
        answer = await patched(client, elder, {"alias": alias})
        return answer if answer.status_code != 503 else await changed(alias)  # a machine under load

    answers = await asyncio.gather(*(changed(f"阿{chr(0x4E00 + n)}") for n in range(AT_ONCE)))
    blind = await client.patch(f"/v1/elders/{elder['id']}", json={"alias": "阿芳"})

    assert Counter(answer.status_code for answer in answers) == {200: 1, 412: AT_ONCE - 1}
    assert code(blind) == "428 if_match_required"


@promise("B7")
async def test_of_fifty_commands_at_once_one_is_heard(rounds: Rounds) -> None:
    visit_id = (await rounds.sends(await rounds.elder()))["id"]
    client = await rounds.client_of(rounds.instructor)

    answers = await asyncio.gather(
        *(client.post(f"/v1/visits/{visit_id}/void", json={"reason": "重复录入"}) for _ in range(AT_ONCE))
    )

    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: AT_ONCE - 1}
    assert {code(answer) for answer in answers if not answer.is_success} == {"409 wrong_state"}


# --- B8 -----------------------------------------------------------------------------------------------


@promise("B8")
async def test_every_code_is_told_with_words_in_both_languages(client: httpx.AsyncClient, told: Told) -> None:
    """That no answer says anything else than the document is asked in tests/contract."""
    listed = (await client.get("/v1/error-codes")).json()["data"]
    codes = {each["code"] for each in listed}
    assert codes <= CATALOGUE.keys()
    assert {"wrong_state", "stale_version", "elder_unknown", "internal_error"} <= codes
    told(f"{len(codes)} codes")


# --- B9 -----------------------------------------------------------------------------------------------

CANARY = a_whole_form()["resident_id"]


@promise("B9")
@promise("P40")
async def test_a_number_planted_in_every_field_shows_in_no_refusal_and_in_no_log(
    rounds: Rounds, app: FastAPI, capfd: pytest.CaptureFixture[str], told: Told
) -> None:
    supervisor = await rounds.client_of(rounds.supervisor)
    refusals = 0
    for method, path, query, body in asked_of(app.openapi()):
        answer = await supervisor.request(method, path, params=query, json=body, headers={"If-Match": CANARY})
        refusals += not answer.is_success
        if not answer.is_success:
            assert CANARY not in answer.text, f"{method} {path}"
        assert CANARY not in str(answer.headers), f"{method} {path}"
        assert answer.status_code < 500, answer.text
    said = capfd.readouterr()
    assert CANARY not in said.out + said.err
    assert refusals > 100
    told(f"{refusals} refusals, none of which shows it")


@promise("B9")
async def test_a_number_is_in_no_list_and_in_no_trace_and_shown_for_a_purpose_only(
    rounds: Rounds, app: FastAPI, database: Urls, told: Told
) -> None:
    supervisor = await rounds.client_of(rounds.supervisor)
    elder_id = (await supervisor.post("/v1/elders", json=a_whole_form())).json()["id"]
    await rounds.does(rounds.supervisor, f"/v1/elders/{elder_id}/verify")
    await rounds.does(rounds.supervisor, f"/v1/elders/{elder_id}/confirm")
    read = 0
    for path, methods in app.openapi()["paths"].items():
        if "get" in methods:
            answer = await supervisor.get(path.replace("{elder_id}", elder_id))
            read += answer.is_success
            assert CANARY not in answer.text, path
    assert read > 40

    revealed = await supervisor.post(
        f"/v1/elders/{elder_id}/reveal", json={"fields": ["resident_id"], "purpose": "核对残疾人证"}
    )
    assert revealed.json()["values"] == {"resident_id": CANARY}
    entries = stored_rows(database, "SELECT * FROM audit_entries")
    assert sum(entry["operation"] == "reveal" and elder_id in str(entry["object_ids"]) for entry in entries) == 1
    assert CANARY not in str(entries)
    told(f"{read} readings, none of which shows it; 1 reveal, 1 entry")


def asked_of(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, str], Any]]:
    """Every operation, with the number wherever something is to be said; what names something names nothing."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            query = {each["name"]: CANARY for each in operation.get("parameters", ()) if each["in"] == "query"}
            yield method.upper(), path, query, None
            media = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if media:
                name = media.get("schema", {}).get("$ref", "").rsplit("/", 1)[-1]
                shown = document["components"]["schemas"].get(name, media.get("schema", {}))
                example = {**dict.fromkeys(shown.get("properties", ())), **next(iter(shown.get("examples", ())), {})}
                yield method.upper(), path, {}, {**planted(example), CANARY: CANARY}


def planted(said: Any) -> Any:
    if isinstance(said, dict):
        return {name: planted(value) for name, value in said.items()}
    return [planted(each) for each in said] if isinstance(said, list) else CANARY


# --- B10 ----------------------------------------------------------------------------------------------


@promise("B10")
async def test_a_refusal_has_one_code_and_two_languages(rounds: Rounds) -> None:
    elder_id = await rounds.elder()
    client = await rounds.client_of(rounds.liaison)
    for method, path, body in (
        ("GET", "/v1/elders/01890000-0000-7000-8000-000000000000", None),
        ("GET", "/v1/visits?unheard_of=1", None),
        ("GET", "/nowhere", None),
        ("POST", "/v1/visits", {"external_id": "A-1"}),
        ("POST", "/v1/visits", a_visit(elder_id, **at("2026-12-24"))),
        ("POST", f"/v1/elders/{elder_id}/confirm", {}),
        ("PATCH", f"/v1/elders/{elder_id}", {"alias": "阿芳"}),
    ):
        chinese = await client.request(method, path, json=body)
        english = await client.request(method, path, json=body, headers={"Accept-Language": "en"})

        told = [answer.headers["content-language"] for answer in (chinese, english)]
        assert (chinese.status_code, told) == (english.status_code, ["zh-CN", "en"]), path
        assert all("accept-language" in answer.headers["vary"].lower() for answer in (chinese, english))
        said, twin = chinese.json(), english.json()
        assert (said["code"], said["params"]) == (twin["code"], twin["params"])
        assert [(error["pointer"], error["code"], error["params"]) for error in said["errors"]] == [
            (error["pointer"], error["code"], error["params"]) for error in twin["errors"]
        ]
        assert said["detail"] != twin["detail"]
        assert twin["detail"].isascii()


# --- B12 ----------------------------------------------------------------------------------------------


@promise("B12")
def test_figures_are_told_beside_the_raw_limit_of_the_same_run(told: Told) -> None:
    page = (ROOT / "docs" / "performance.md").read_text("utf-8")
    figures = dict(figures_on(page))
    assert all(least <= median <= most for median, least, most in figures.values())
    assert all(f"{setting} on" in page for setting in ("fsync", "synchronous_commit", "full_page_writes"))
    for name in ("post_visit_1", "post_visit_32", "post_visit_32_clients"):
        (_, slowest, fastest), (_, echo_slowest, echo_fastest) = (
            figures[f"{name}{kind}_per_s"] for kind in ("", "_echo")
        )
        assert slowest / echo_fastest <= figures[f"{name}_vs_echo"][0] * _ROUNDED, name
        assert figures[f"{name}_vs_echo"][0] <= fastest / echo_slowest * _ROUNDED, name
    assert (ROOT / "benchmarks" / "echo.py").exists()
    assert "python -m benchmarks" in (ROOT / "Makefile").read_text("utf-8")
    told(f"{len(figures)} figures, the bare echo's among them; every ratio is that of the rates beside it")


_ROUNDED = 1.01  # figures are told to four decimals


def figures_on(page: str) -> Iterator[tuple[str, tuple[float, float, float]]]:
    """Median, min and max of every figure of the table."""
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) == 7 and cells[1] not in ("figure", "---"):
            yield cells[1], (float(cells[2]), float(cells[3]), float(cells[4]))
