"""The measure of all posts: bare FastAPI, one route, the same record, the same token, nothing else.

The product does not import it; it says what the framework itself costs on this machine at this minute.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, Header

from api.schemas.visits import VisitIn
from api.security import Tokens, load_keys


def create_echo(keys_file: Path) -> FastAPI:
    """POST /v1/visits answers the record that was sent, once its token is verified."""
    app = FastAPI()
    tokens = Tokens(load_keys(keys_file), issuer="tanfang", audience="tanfang")

    @app.post("/v1/visits")
    async def echo(record: VisitIn, authorization: Annotated[str, Header()]) -> Any:
        tokens.read(authorization.removeprefix("Bearer "), datetime.now(UTC))
        return record

    return app
