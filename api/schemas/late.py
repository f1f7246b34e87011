"""Bodies that are read after the state of what they are about: too early is too early, whatever was sent."""

from typing import Any, Generic, TypeVar, get_args

from pydantic import BaseModel, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from api.schemas.base import read
from api.schemas.json import read_json

T = TypeVar("T", bound=BaseModel)


class Late(Generic[T]):
    """What was sent, not yet looked at; OpenAPI shows the model that it must be."""

    __slots__ = ("_model", "_raw")

    def __init__(self, model: type[T], raw: object) -> None:
        self._model = model
        self._raw = raw

    def parsed(self) -> T:
        """Raises Refused for a body that is not the model's, and what its JSON was refused with."""
        raw = read_json(self._raw) if isinstance(self._raw, bytes) else self._raw
        if isinstance(raw, Exception):
            raise raw
        return read(self._model, raw)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        (model,) = get_args(source)
        shown = handler.generate_schema(model)
        return core_schema.no_info_wrap_validator_function(lambda raw, _: cls(model, raw), shown)
