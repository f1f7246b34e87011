"""What a move makes of who comes to see an elder (R21, A34): whoever serves the new village goes on, others end.

Pairings go with the elder: a cadre keeps in touch wherever he lives.
"""

from datetime import date, timedelta
from typing import Any

from api.domain.access import AreaCode, contains
from api.domain.assignments import AssignmentState
from api.domain.contracts import covers
from api.store import Registers
from api.store.tables import Elder

_DAY = timedelta(days=1)


async def hand_over(registers: Registers, elder: Elder, from_day: date) -> None:
    """The elder lives in the file's village from a day on: those who do not serve it came last on its eve."""
    register = registers.assignments
    rows = await register.of_elders([elder.id], *register.matching(state=AssignmentState.RUNNING))
    providers = await registers.providers.many({row.provider_id for row in rows})
    signed = await registers.contracts.many({row.contract_id for row in rows if row.contract_id is not None})
    contracts = {contract.id: contract for contract in await registers.contracts.facts(list(signed.values()))}

    def goes_on(row: Any) -> bool:
        provider, contract = providers.get(row.provider_id), contracts.get(row.contract_id)
        serves = provider is not None and contains(AreaCode(provider.area), elder.village)
        bought = row.contract_id is None or (
            contract is not None and covers(contract, elder.village, True, max(from_day, row.starts_on))
        )
        return serves and bought

    leaving = [row for row in rows if not goes_on(row)]
    await register.end_all(leaving, from_day - _DAY, AssignmentState.ENDED.value, reason="transfer")


async def end_doubles(registers: Registers, elder: Elder) -> None:
    """Two files became one: of two assignments to one force the one that began first goes on."""
    register = registers.assignments
    rows = await register.of_elders([elder.id], *register.matching(state=AssignmentState.RUNNING))
    first = {row.provider_id: row.id for row in sorted(rows, key=lambda row: (row.starts_on, row.id), reverse=True)}
    doubles = [row for row in rows if row.id != first[row.provider_id]]
    await register.end_all(doubles, registers.today, AssignmentState.ENDED.value, reason="merge")
