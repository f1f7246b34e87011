"""JSON Merge Patch (RFC 7396): what a change says, merged into what is known, then read like anything else."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema


def merged(known: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """``known`` with the members of ``patch`` in place; null takes a member out, lists are replaced whole."""
    result = dict(known)
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, Mapping):
            before = result.get(name)
            result[name] = merged(before if isinstance(before, Mapping) else {}, value)
        else:
            result[name] = value
    return result


class PatchOf:
    """Marks a merge patch of one of ``models``: OpenAPI shows its members, none of them required."""

    def __init__(self, *models: type[BaseModel]) -> None:
        self._models = models

    def __get_pydantic_json_schema__(self, _: CoreSchema, __: GetJsonSchemaHandler) -> JsonSchemaValue:
        schemas = [model.model_json_schema() for model in self._models]
        patches = [_relaxed(schema, schema.get("$defs", {})) for schema in schemas]
        return patches[0] if len(patches) == 1 else {"anyOf": patches}


def _relaxed(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> dict[str, Any]:
    """Members may be left out at any depth of objects; what stands in a list is whole."""
    if reference := schema.get("$ref"):
        return _relaxed(definitions[reference.rpartition("/")[2]], definitions)
    kept = {name: value for name, value in schema.items() if name not in ("required", "default", "$defs", "title")}
    if "properties" in kept:
        kept["properties"] = {name: _relaxed(member, definitions) for name, member in schema["properties"].items()}
    if "anyOf" in kept:
        kept["anyOf"] = [_relaxed(choice, definitions) for choice in schema["anyOf"]]
    if "items" in kept:
        kept["items"] = _whole(schema["items"], definitions)
    return kept


def _whole(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> Any:
    """The same schema with every reference written out."""
    if reference := schema.get("$ref"):
        return _whole(definitions[reference.rpartition("/")[2]], definitions)
    return {name: _written_out(value, definitions) for name, value in schema.items()}


def _written_out(value: Any, definitions: Mapping[str, Any]) -> Any:
    if isinstance(value, Mapping):
        return _whole(value, definitions)
    return [_written_out(each, definitions) for each in value] if isinstance(value, list) else value
