"""The page ``/docs``: Swagger UI from files of this package, for machines that reach no other host."""

from pathlib import Path
from typing import Final

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.staticfiles import StaticFiles

_FILES: Final = Path(__file__).parent / "static" / "swagger_ui"

# Everything from this host, nothing inline; Swagger UI's own icons are data: images.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def mount_docs(app: FastAPI) -> None:
    """Serve ``/docs`` and its assets; the page reads ``openapi.json`` beside it, whatever the path prefix."""
    app.mount("/docs/assets", StaticFiles(directory=_FILES), name="docs-assets")
    app.add_route("/docs", _page, include_in_schema=False)


async def _page(request: Request) -> FileResponse:
    return FileResponse(_FILES / "index.html", headers={"Content-Security-Policy": _POLICY})
