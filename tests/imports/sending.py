"""Sending files as an office does, and reading what became of them."""

from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from tests.imports.sheets import a_workbook, saved, table

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
CONFIRMED = {"status": "confirmed"}

Person = Mapping[str, Any]


def a_roll(people: Sequence[Person], sheet: str = "江口镇") -> bytes:
    return saved(a_workbook({sheet: table(people)}))


def records(visits: Sequence[Mapping[str, Any]]) -> bytes:
    """Visit records as a provider's program writes them."""
    rows = table(visits)
    return "\n".join(",".join(str(cell or "") for cell in row) for row in rows).encode("utf-8-sig")


async def send_roll(client: httpx.AsyncClient, people: Sequence[Person], **params: Any) -> dict[str, Any]:
    """The report of a roll that was taken in, or refused as a whole."""
    answer = await client.post(
        "/v1/elder-imports", params=params, content=a_roll(people), headers={"content-type": XLSX}
    )
    assert answer.status_code in (201, 422), answer.text
    report: dict[str, Any] = answer.json()
    return report


async def send_visits(client: httpx.AsyncClient, visits: Sequence[Mapping[str, Any]], **params: Any) -> dict[str, Any]:
    answer = await client.post(
        "/v1/visit-imports", params=params, content=records(visits), headers={"content-type": CSV}
    )
    assert answer.status_code in (201, 422), answer.text
    report: dict[str, Any] = answer.json()
    return report


def results(report: Mapping[str, Any]) -> list[str]:
    return [item["result"] for item in report["items"]]


def errors(report: Mapping[str, Any]) -> list[list[str]]:
    return [[error["code"] for error in item["errors"]] for item in report["items"]]


def without_ids(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{name: value for name, value in item.items() if name != "id"} for item in report["items"]]
