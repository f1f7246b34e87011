"""The intake door."""

from api.store import Store


class Intake:
    def __init__(self, store: Store) -> None:
        self._store = store
