"""Every code of the wire has its words, and every error its sentence."""

import re
from collections.abc import Iterator
from enum import StrEnum
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest

import api.domain
import api.schemas
import api.store
from api.domain.family import RELATIONS
from api.messages import CATALOGUE
from api.messages.code_words import CODE_TABLES
from tests.builders import a_liaison

NAMES = {
    "Atomic": "atomic",
    "By": "rate_by",
    "Change": "observation",
    "Channel": "contact_channel",
    "Command": "elder_command",
    "Group": "rate_group",
    "Level": "division_level",
    "Method": "visit_method",
    "Outcome": "visit_outcome",
    "Place": "visit_place",
    "Reminder": "hazard_reminder",
    "Standing": "visit_standing",
    "Topic": "visit_topic",
    "Word": "consent_word",
}


def coded() -> Iterator[type[StrEnum]]:
    """Every enum that is stored or crosses the wire."""
    for package in (api.domain, api.schemas, api.store):
        for info in iter_modules(package.__path__):
            module = import_module(f"{package.__name__}.{info.name}")
            for thing in vars(module).values():
                if isinstance(thing, type) and issubclass(thing, StrEnum) and thing.__module__ == module.__name__:
                    yield thing


def table_name(enum: type[StrEnum]) -> str:
    if enum.__module__.endswith("elder_views") and enum.__name__ == "ProposalKind":
        return "contact_proposal_kind"
    return NAMES.get(enum.__name__) or re.sub(r"(?<!^)(?=[A-Z])", "_", enum.__name__).lower()


@pytest.mark.parametrize("enum", [*coded()], ids=lambda enum: f"{enum.__module__}.{enum.__name__}")
def test_every_code_has_its_words_in_order(enum: type[StrEnum]) -> None:
    table = CODE_TABLES[table_name(enum)]
    assert [code.code for code in table.codes] == [member.value for member in enum]


def test_no_table_is_left_over() -> None:
    assert set(CODE_TABLES) == {table_name(enum) for enum in coded()} | {"relation"}


def test_relations_have_their_words() -> None:
    assert {code.code: code.zh for code in CODE_TABLES["relation"].codes} == RELATIONS


@pytest.mark.parametrize("table", [*CODE_TABLES.values()], ids=lambda table: table.name)
def test_words_are_in_both_languages(table: Any) -> None:
    for each in (table, *table.codes):
        assert re.search(r"[\u4e00-\u9fff]", each.zh)
        assert each.en
        assert each.en.isascii()


async def test_a_code_table_is_read_by_its_name(client_of: Any) -> None:
    client = await client_of(a_liaison())
    names = [each["name"] for each in (await client.get("/v1/code-tables")).json()["data"]]
    assert names == list(CODE_TABLES)
    answer = (await client.get("/v1/code-tables/category")).json()
    assert answer["title"] == {"zh": "对象类型", "en": "category"}
    assert answer["codes"][1] == {"code": "living_alone", "zh": "独居", "en": "living alone"}
    assert (await client.get("/v1/code-tables/nothing")).status_code == 404


async def test_anybody_reads_every_error_code(client: Any) -> None:
    answer = await client.get("/v1/error-codes")
    assert answer.status_code == 200
    by_code = {each["code"]: each for each in answer.json()["data"]}
    assert by_code.keys() == CATALOGUE.keys()
    assert by_code["not_found"]["status"] == 404
    assert all(each[tongue]["detail"] for each in by_code.values() for tongue in ("zh", "en"))


def test_what_to_do_is_said_in_forty_characters() -> None:
    assert [code for code, message in CATALOGUE.items() if len(message.zh.fix) > 40] == []
