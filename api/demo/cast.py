"""Who plays which part: every elder in one story at most."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from random import Random

from api.demo.people import MadeUp


class Cast:
    """Gives out elders who are visited and whose name nobody shares in their village.

    ``absences``: on which days whose story keeps the visitors from finding them, by number.
    """

    def __init__(self, elders: Sequence[MadeUp], random: Random) -> None:
        names = Counter((elder.village.code, elder.name) for elder in elders)
        self._free = [each for each in elders if each.willing and names[each.village.code, each.name] == 1]
        random.shuffle(self._free)
        self._villages = list(dict.fromkeys(elder.village.code for elder in elders))
        self.absences: defaultdict[str, list[tuple[date, date]]] = defaultdict(list)

    def one_of(self, area: str, *, but: str = "none") -> MadeUp:
        """Somebody who lives in ``area`` and not in ``but``. Raises LookupError when all of them have a part."""
        for at, elder in enumerate(self._free):
            if elder.village.code.startswith(area) and not elder.village.code.startswith(but):
                return self._free.pop(at)
        raise LookupError(f"nobody is left in {area}")

    def village_in(self, area: str, number: int = 0) -> str:
        """One of the villages of ``area`` in which somebody lives."""
        found = [village for village in self._villages if village.startswith(area)]
        return found[number % len(found)]

    def away(self, elder: MadeUp, first: date, last: date = date.max) -> MadeUp:
        """Nobody meets the elder from ``first`` to ``last``."""
        self.absences[elder.number].append((first, last))
        return elder
