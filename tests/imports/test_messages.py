"""What the readers say: every code has words, and every fix is short enough to act on."""

import ast
from pathlib import Path

import pytest

from api.messages import CATALOGUE, Message, files, rows

IMPORTS = Path(__file__).parents[2] / "api" / "imports"


def codes_said() -> set[str]:
    """The codes written in ``api/imports`` as first argument of a Fault or a refusal."""
    return {
        node.args[0].value
        for path in IMPORTS.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("Fault", "refused")
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def test_every_code_the_readers_say_is_in_the_catalogue() -> None:
    assert codes_said() <= CATALOGUE.keys()


@pytest.mark.parametrize("message", [*files.MESSAGES, *rows.MESSAGES], ids=lambda message: message.code)
def test_every_message_says_in_forty_characters_what_to_do(message: Message) -> None:
    zh = message.zh
    assert 0 < len(zh.fix) <= 40
    assert zh.detail
    assert zh.ask
