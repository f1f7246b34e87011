"""What a spreadsheet makes of a text, and how to keep it from that (CWE-1236)."""

import re

ACTIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Begins what a program may calculate."""
_LONG_NUMBER = re.compile(r"\d{12,}[xX]?")  # Excel keeps fifteen digits of a number that it takes for one


def inactive(text: str) -> str:
    """With the apostrophe that spreadsheets take for "this is text", where they would take it for something else."""
    return f"'{text}" if text.startswith(ACTIVE) or _LONG_NUMBER.fullmatch(text) else text
