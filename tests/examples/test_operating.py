"""The guide for operators: its commands run as they stand, from an empty folder to a restored backup."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.long  # a process per command

_SHELL = re.compile(r"^```sh\n(.*?)^```", re.DOTALL | re.MULTILINE)
GUIDES = ("docs/operating.md", "docs/operating.zh-CN.md")


def commands(guide: str) -> list[str]:
    return _SHELL.findall((ROOT / guide).read_text("utf-8"))


def test_both_languages_show_the_same_commands() -> None:
    assert commands(GUIDES[0]) == commands(GUIDES[1])


def test_its_commands_lead_from_nothing_to_a_restored_backup(tmp_path: Path) -> None:
    places = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "TANFANG_DATABASE_URL": f"sqlite:///{tmp_path / 'tanfang.db'}",
        "TANFANG_KEYS_FILE": str(tmp_path / "keys.json"),
        "BACKUPS": str(tmp_path / "backups"),
        "ELSEWHERE": str(tmp_path / "elsewhere"),
    }
    shell = ["bash", "-c", "\n".join(["set -euo pipefail", *commands(GUIDES[0])])]
    ended = subprocess.run(shell, env=places, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    said = re.sub(r"\s+", "", ended.stdout)
    for expected in ("已备份", "rowsrestored", "检查点checkpoint"):
        assert expected in said, ended.stdout
