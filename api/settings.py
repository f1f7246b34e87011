"""The environment, read once and frozen. Every name is the field's in upper case behind ``TANFANG_``."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from api.domain.access import Role

_RATE_LIMITS = (1200, 6000, 60)


class Mode(StrEnum):
    PRODUCTION = "production"
    DEMO = "demo"
    TEST = "test"


class Settings(BaseSettings):
    """How this process runs. ``database_url``: sqlite or postgresql; the app role on PostgreSQL."""

    model_config = SettingsConfigDict(env_prefix="TANFANG_", env_ignore_empty=True, frozen=True, extra="ignore")

    mode: Mode = Mode.PRODUCTION
    database_url: SecretStr = SecretStr("sqlite:///var/tanfang.db")
    owner_database_url: SecretStr | None = None  # PostgreSQL: the role that migrates
    keys_file: Path | None = None
    keys: SecretStr | None = None  # the text of a key file, where secrets come by the environment
    district: str = Field(default="350303", pattern=r"^\d{6}$")
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    metrics_host: str = "127.0.0.1"
    metrics_port: int | None = Field(default=None, ge=0, le=65535)  # where /metrics is read; nowhere, if not set
    allowed_hosts: str = ""  # names by which clients may call the service, by comma; any, where it is empty
    trusted_proxies: str = ""  # addresses whose X-Forwarded-For is believed, by comma
    issuer: str = "tanfang"
    audience: str = "tanfang"
    pool_size: int = Field(default=10, ge=1, le=100)
    run_jobs: bool = True
    drain_seconds: float = Field(default=3, ge=0, le=5)  # told to end, it still listens while /readyz says so
    second_factor_roles: str = ""  # who signs in with an authenticator, by comma: district_supervisor,admin,auditor
    rate_limit: int | None = Field(default=None, ge=0)  # requests a minute of a person; 0: as many as come
    client_rate_limit: int | None = Field(default=None, ge=0)  # of another system
    sign_in_rate_limit: int | None = Field(default=None, ge=0)  # sign-ins a minute from one address
    now: datetime | None = None  # a fixed clock; demo and test modes only
    log_level: str = "INFO"

    @property
    def hosts(self) -> frozenset[str]:
        """The names of ``allowed_hosts``, in lower case."""
        return frozenset(name.strip().lower() for name in self.allowed_hosts.split(",") if name.strip())

    @field_validator("second_factor_roles")
    @classmethod
    def _known(cls, roles: str) -> str:
        _roles_in(roles)
        return roles

    @property
    def second_factor_demanded(self) -> frozenset[Role]:
        return _roles_in(self.second_factor_roles)

    @property
    def rate_limits(self) -> tuple[int, int, int]:
        """For people, other systems, sign-ins; in test mode none that was not set."""
        stated = (self.rate_limit, self.client_rate_limit, self.sign_in_rate_limit)
        usual = (0, 0, 0) if self.mode is Mode.TEST else _RATE_LIMITS
        people, clients, sign_ins = (other if one is None else one for one, other in zip(stated, usual, strict=True))
        return people, clients, sign_ins

    @property
    def owner_url(self) -> str:
        return (self.owner_database_url or self.database_url).get_secret_value()


def _roles_in(names: str) -> frozenset[Role]:
    """Raises ValueError for a name that is no role's."""
    return frozenset(Role(name.strip()) for name in names.split(",") if name.strip())
