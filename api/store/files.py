"""What is secret in an elder's file: the sealed document, and the indexes that find by a number."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from api.store.crypto import Sealer
from api.store.tables import Elder

_DETAILS = "elders.sealed"


class FilePlaces:
    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def identity(self, number: str) -> bytes:
        """The keyed index of an ID number, of whatever kind."""
        return self._sealer.index("resident_id", number)

    def phone(self, number: str) -> bytes:
        return self._sealer.index("phone", number)

    def details(self, elder: Elder) -> dict[str, Any]:
        opened: dict[str, Any] = self._sealer.open_json(_DETAILS, elder.id, elder.sealed)
        return opened

    def phone_rows(self, elder_id: UUID, village: str, details: Mapping[str, Any]) -> list[dict[str, Any]]:
        """One index row for each different number of the elder's own."""
        numbers = dict.fromkeys(phone["number"] for phone in details.get("phones") or ())
        return [{"elder_id": elder_id, "village": village, "number_index": self.phone(number)} for number in numbers]


def sealed_details(sealer: Sealer, elder_id: UUID, details: Mapping[str, Any]) -> bytes:
    return sealer.seal_json(_DETAILS, elder_id, dict(details))
