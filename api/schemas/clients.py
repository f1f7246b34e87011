"""Machine clients on the wire: what each is let do, and its secrets."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, StrictBool

from api.domain.access import Scope
from api.schemas.base import In, Instant, Out, Title

Scopes = Annotated[list[Scope], Field(min_length=1, max_length=len(Scope))]


class ClientTerms(In):
    """What may be changed; without ``expires_at`` it lasts until it is disabled."""

    name: Title
    scopes: Scopes
    expires_at: Instant | None = None


class ClientIn(ClientTerms):
    """A system of a provider; it does what the provider may, as far as the scopes let it.

    ``sandbox``: it sees and reports nobody but the made-up elders of the sandbox, for whoever still writes the system.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "provider_id": "01930000-0000-7000-8000-000000000001",
                    "name": "关爱服务中心信息系统",
                    "scopes": ["visits:write", "elders:read"],
                }
            ]
        }
    )

    provider_id: UUID
    sandbox: StrictBool = False


class ClientOut(Out):
    """``id`` is the ``client_id`` of its token requests."""

    id: UUID
    provider_id: UUID
    name: str
    scopes: list[Scope]
    sandbox: bool
    expires_at: datetime | None
    created_at: datetime
    created_by: UUID | None
    disabled_at: datetime | None
    version: int
    etag: str


class SecretIn(In):
    """It lasts a year unless an earlier end is said."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})

    expires_at: Instant | None = None


class SecretOut(Out):
    id: UUID
    created_at: datetime
    created_by: UUID | None
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None


class SecretsOut(Out):
    """Every secret it ever had, oldest first."""

    data: list[SecretOut]


class NewSecretOut(SecretOut):
    """``secret`` is in this answer and nowhere else."""

    secret: str
