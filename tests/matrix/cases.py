"""Every question of the matrix: who asks for what, where it lies, and the answer that the table foretells."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.matrix.operations import Operation
from tests.matrix.permissions import HOLDERS
from tests.matrix.recipes import RECIPES, Answer, Recipe
from tests.matrix.world import LAPSED, VILLAGE_AT, Caller, Position


@dataclass(frozen=True, slots=True)
class Case:
    """``position``: None where nothing about the call lies anywhere."""

    operation: Operation
    recipe: Recipe
    caller: Caller
    position: Position | None

    def __str__(self) -> str:
        note = f" ({self.recipe.note})" if self.recipe.note else ""
        return f"by {self.caller.name} at {self.position or 'no place'}{note}"

    @property
    def village(self) -> str | None:
        return VILLAGE_AT[self.position] if self.position else None

    @property
    def barred(self) -> bool:
        """Whether the caller may not do this anywhere."""
        permission = self.operation.permission
        return permission is not None and self.caller.role not in HOLDERS[permission]

    @property
    def outside(self) -> bool:
        if self.operation.scope == "own":
            return self.position not in (None, Position.OWN)
        return self.village is not None and not self.caller.reaches(self.village)

    @property
    def allowed(self) -> bool:
        return self.expected.code is None

    @property
    def expected(self) -> Answer:
        if self.barred and self.caller.user_id is None:
            return Answer(401, "token_missing")
        if self.barred:
            return Answer(403, "no_valid_grant" if self.caller.name == LAPSED else "permission_missing")
        if self.caller.of_provider and self.recipe.of_provider is not None:
            return self.recipe.of_provider
        if self.position is Position.UNKNOWN and self.recipe.unknown is not None:
            return self.recipe.unknown
        return self.recipe.outside if self.outside else self._success

    @property
    def entries(self) -> Sequence[tuple[str, str]]:
        """Operation and result as the audit keeps them."""
        if self.expected.status == 401:
            return []
        if self.expected.status >= 400:
            return [(self.operation.id, str(self.expected.code))]
        return [] if self.operation.audit == "none" else [(self.operation.id, "ok")]

    @property
    def _success(self) -> Answer:
        if self.recipe.always is not None:
            return self.recipe.always
        role = self.caller.role
        return Answer(self.recipe.success.get(role, self.operation.success) if role else self.operation.success)


def cases_of(operation: Operation, callers: Sequence[Caller]) -> Iterator[Case]:
    """Every caller at every position, for each recipe of the operation. Raises KeyError without any."""
    for recipe in RECIPES[operation.id]:
        for caller in callers:
            for position in Position if recipe.lies_somewhere else (None,):
                yield Case(operation, recipe, caller, position)
