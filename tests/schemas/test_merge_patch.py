from typing import Annotated, Any

import pytest
from pydantic import TypeAdapter

from api.schemas.elders import ElderFileIn
from api.schemas.merge_patch import PatchOf, merged

Json = dict[str, Any]


@pytest.mark.parametrize(
    ("known", "patch", "result"),
    [  # the examples of RFC 7396 that begin with an object
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_a_patch_is_merged_as_the_rfc_says(
    known: dict[str, Any], patch: dict[str, Any], result: dict[str, Any]
) -> None:
    assert merged(known, patch) == result


def test_a_patch_may_leave_out_what_a_form_must_have() -> None:
    schema = TypeAdapter(Annotated[dict[str, Any], PatchOf(ElderFileIn)]).json_schema()
    assert "required" not in schema
    assert "required" not in schema["properties"]["residence"]
    assert schema["additionalProperties"] is False
    assert schema["properties"]["phones"]["items"]["required"] == ["number"]
    assert "$ref" not in str(schema)
