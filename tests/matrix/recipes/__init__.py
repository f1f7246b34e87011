"""How each operation is called so that it succeeds: a file for each noun, joined here."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

from tests.matrix.recipes.asked import Answer, Ask, Recipe, Recipes

__all__ = ["NOUNS", "RECIPES", "Answer", "Ask", "Recipe"]


def _joined() -> Iterator[tuple[str, Recipes]]:
    for module in iter_modules(__path__):
        yield module.name, getattr(import_module(f"{__name__}.{module.name}"), "RECIPES", {})


NOUNS = dict(_joined())
RECIPES: Recipes = {operation: recipes for noun in NOUNS.values() for operation, recipes in noun.items()}
