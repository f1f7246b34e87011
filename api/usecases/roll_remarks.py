"""What a roll remarks of where people are, as proposals to the township; each is made once."""

from collections.abc import Sequence
from typing import Any

from api.domain.elders import ElderState
from api.domain.imports import RowReport, RowResult
from api.domain.proposals import EXITS, ProposalKind
from api.domain.remarks import StatusWord, status_in
from api.store import Registers
from api.store.tables import Elder
from api.usecases.roll_news import RollLine

_ON_DUTY = (ElderState.DRAFT, ElderState.VERIFIED, ElderState.CONFIRMED)


async def propose_status(registers: Registers, taken: Sequence[tuple[RollLine, RowReport]]) -> None:
    """Propose what the remarks of rows that were taken say, unless the register says it already."""
    said = {item.id: (item, status_in(row.remark, registers.today)) for row, item in taken if item.id and row.remark}
    news = {elder_id: (item, word) for elder_id, (item, word) in said.items() if word is not None}
    elders = [elder for elder in await registers.elders.many(news) if not _says(elder, news[elder.id][1])]
    proposals = [(elder, news[elder.id][1].kind, {"change": _change(news[elder.id][1])}) for elder in elders]
    open_ones = await registers.proposals.propose_once(proposals)
    for elder, is_open in zip(elders, open_ones, strict=True):
        item = news[elder.id][0]
        if is_open and item.result is RowResult.UNCHANGED:
            item.result = RowResult.PROPOSED


def _says(elder: Elder, word: StatusWord) -> bool:
    """Whether the register says so: somebody who has left has no news, nor has who is away that he is."""
    status = ElderState(elder.status)
    return status is ElderState.EXITED or (word.kind is ProposalKind.SUSPENSION and status not in _ON_DUTY)


def _change(word: StatusWord) -> dict[str, Any]:
    day = word.day.isoformat() if word.day else None
    if word.kind in EXITS:
        return {"source": "village", **({"last_day_on": day} if day else {})}
    return {"reason": word.reason, **({"starts_on": day} if day else {})}
