"""The matrix in parts of one size: whichever process is idle takes the next, in a small world of its own."""

from collections.abc import Iterable, Mapping

from tests.matrix.operations import Operation
from tests.matrix.recipes import NOUNS
from tests.matrix.recipes.asked import Recipes

PARTS = 4


def part_of(operations: Iterable[Operation], number: int) -> list[Operation]:
    """The operations of one part. Those of a noun stay together: its lists show what its commands worked on."""
    return [operation for operation in operations if _PART_OF[operation.id] == number]


def _parted(nouns: Iterable[Recipes]) -> Mapping[str, int]:
    """The part of each operation: the longest nouns first, each where least is asked so far."""
    asked, parts = [0] * PARTS, dict[str, int]()
    for recipes in sorted(nouns, key=_places, reverse=True):
        number = asked.index(min(asked))
        asked[number] += _places(recipes)
        parts |= dict.fromkeys(recipes, number)
    return parts


def _places(recipes: Recipes) -> int:
    """In how many places everybody is asked about."""
    return sum(4 if each.lies_somewhere else 1 for of_one in recipes.values() for each in of_one)


_PART_OF = _parted(NOUNS.values())
