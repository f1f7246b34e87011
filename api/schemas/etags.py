"""The ETag of a thing: its version, and which view of it was shown."""


def etag_of(version: int, view: str = "") -> str:
    return f'"{version}{"-" + view if view else ""}"'
