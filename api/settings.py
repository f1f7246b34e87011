"""The environment, read once and frozen. Every name is the field's in upper case behind ``TANFANG_``."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Mode(StrEnum):
    PRODUCTION = "production"
    DEMO = "demo"
    TEST = "test"


class Settings(BaseSettings):
    """How this process runs. ``database_url``: sqlite or postgresql; the app role on PostgreSQL."""

    model_config = SettingsConfigDict(env_prefix="TANFANG_", frozen=True, extra="ignore")

    mode: Mode = Mode.PRODUCTION
    database_url: SecretStr = SecretStr("sqlite:///var/tanfang.db")
    owner_database_url: SecretStr | None = None  # PostgreSQL: the role that migrates
    keys_file: Path | None = None
    keys: SecretStr | None = None  # the text of a key file, where secrets come by the environment
    district: str = Field(default="350303", pattern=r"^\d{6}$")
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    allowed_hosts: str = ""  # names by which clients may call the service, by comma; any, where it is empty
    trusted_proxies: str = ""  # addresses whose X-Forwarded-For is believed, by comma
    issuer: str = "tanfang"
    audience: str = "tanfang"
    pool_size: int = Field(default=10, ge=1, le=100)
    run_jobs: bool = True
    now: datetime | None = None  # a fixed clock; demo and test modes only
    log_level: str = "INFO"

    @property
    def hosts(self) -> frozenset[str]:
        """The names of ``allowed_hosts``, in lower case."""
        return frozenset(name.strip().lower() for name in self.allowed_hosts.split(",") if name.strip())

    @property
    def owner_url(self) -> str:
        return (self.owner_database_url or self.database_url).get_secret_value()
