"""Office files as grids. What a file is, its first bytes say, not its name: offices rename."""

from collections.abc import Iterator
from pathlib import PurePath
from typing import IO

from api.imports.cells import MAX_BYTES, Grid, refused
from api.imports.csvs import read_csv
from api.imports.xlsx import read_xlsx

_HEAD = 4096
_ZIP = b"PK\x03\x04"
_OLD = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # the directory entry of a workbook with a password
_NOT_TABLES = (
    b"%PDF",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\xff\xd8\xff",  # a photograph of the list
    b"\x89PNG",
    b"<",  # a web page that calls itself .xls
)


def read_grid(file: IO[bytes], filename: str = "") -> Iterator[Grid]:
    """The sheets of an .xlsx workbook, or the one of a CSV text, read while they are asked for.

    ``filename`` names the sheet of a CSV: some offices put the township there. Raises ``Refused`` with
    file_empty, file_too_large, file_needs_xlsx, file_has_password or file_unreadable.
    """
    head = _head(file)
    if is_xlsx(head):
        yield from read_xlsx(file)
    elif head.startswith(_OLD):
        raise refused("file_has_password" if _holds(file, _ENCRYPTED) else "file_needs_xlsx")
    elif head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(_NOT_TABLES):
        raise refused("file_needs_xlsx")
    else:
        yield read_csv(file, PurePath(filename).stem)


def is_xlsx(head: bytes) -> bool:
    """Whether a file that begins so is a workbook, or at least a zip."""
    return head.startswith(_ZIP)


def _head(file: IO[bytes]) -> bytes:
    size = file.seek(0, 2)
    file.seek(0)
    head = file.read(_HEAD)
    if not head.strip():
        raise refused("file_empty")
    if size > MAX_BYTES:
        raise refused("file_too_large", limit=f"{MAX_BYTES // 1024**2} MiB")
    file.seek(0)
    return head


def _holds(file: IO[bytes], wanted: bytes) -> bool:
    """Whether the words stand anywhere in the file, read with bounded memory."""
    file.seek(0)
    kept = b""
    while chunk := file.read(_HEAD * 16):
        if wanted in kept + chunk:
            return True
        kept = chunk[-len(wanted) :]
    return False
