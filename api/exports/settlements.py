"""The lines of a settlement as a table, in words and in yuan."""

from collections.abc import AsyncIterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from api.domain.divisions import Gazetteer
from api.exports.tables import Cell, table
from api.messages import Language
from api.messages.code_words import CODE_TABLES

_HEADINGS = {
    Language.ZH: (
        "序号",
        "探访日期",
        "老年人编号",
        "村（居）",
        "服务项目",
        "合同编号",
        "单价（元）",
        "金额（元）",
        "不予结算原因",
        "往月补结",
        "探访记录",
        "更正的明细",
    ),
    Language.EN: (
        "position",
        "visited on",
        "elder",
        "village",
        "service",
        "contract",
        "price (CNY)",
        "amount (CNY)",
        "not billed because",
        "of an earlier month",
        "visit",
        "corrects line",
    ),
}
_YES = {Language.ZH: "是", Language.EN: "yes"}


async def lines_as_table(
    parts: AsyncIterable[Sequence[Any]],
    *,
    month_begins: date,
    contracts: Mapping[UUID, str],
    gazetteer: Gazetteer,
    language: Language,
) -> bytes:
    """``parts``: the lines in their order, some hundreds at a time; ``contracts``: their numbers."""
    services, reasons = (_words(name, language) for name in ("service", "not_billed"))

    def cells(line: Any) -> Sequence[Cell]:
        village = gazetteer.by_code(line.village)
        return (
            line.position,
            line.visited_on.isoformat(),
            line.short_no,
            village.name if village else line.village,
            services[line.service],
            contracts.get(line.contract_id),
            _yuan(line.price),
            _yuan(line.amount),
            reasons[line.reason] if line.reason else None,
            _YES[language] if line.visited_on < month_begins else None,
            str(line.visit_id),
            str(line.corrects) if line.corrects else None,
        )

    return table(_HEADINGS[language], [cells(line) async for part in parts for line in part])


def _words(name: str, language: Language) -> Mapping[str, str]:
    return {code.code: code.zh if language is Language.ZH else code.en for code in CODE_TABLES[name].codes}


def _yuan(cents: int | None) -> Decimal | None:
    return None if cents is None else Decimal(cents).scaleb(-2)
