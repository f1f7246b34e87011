"""The guide for providers, in both languages: its commands run as they stand, in one shell, and do what it says."""

import asyncio

from tests.demo.test_readme import commands
from tests.examples.conftest import Shell

ENGLISH, CHINESE = ("docs/integrating.md", "docs/integrating.zh-CN.md")

SAID = [
    "",  # signed in
    "",
    "0 201 created\n1 422 rejected",
    "0 201 created",
    "0 201 created\n0 200 unchanged",
    "0 202 held",
    "0 409 rejected /external_version stale_version\n1 201 created\n0 200 updated",
    "{'rows': 2, 'created': 1, 'updated': 0, 'unchanged': 0, 'proposed': 0, 'held': 0, 'rejected': 1}",
    "仅校验，未保存任何数据",
    "对账 reconciled 2026-11-02 – 2026-11-02：一致 matched 1",
]


def test_both_languages_show_the_same_commands() -> None:
    assert commands(ENGLISH) == commands(CHINESE)


async def test_its_commands_do_what_it_says(shell: Shell) -> None:
    said = await asyncio.to_thread(shell, commands(ENGLISH))
    assert len(said) == len(SAID)
    for block, expected, told in zip(commands(ENGLISH), SAID, said, strict=True):
        assert expected in told, (block, told)
