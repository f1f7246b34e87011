"""The schema of the database: the migrations that lie beside this package, and bringing a database up to them."""

from pathlib import Path
from urllib.parse import urlsplit

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from api.settings import Settings

_ROOT = Path(__file__).resolve().parents[1]  # the service runs from its checkout, also in the image


class NoMigrations(Exception):
    """The package was installed without its migrations."""

    def __init__(self) -> None:
        super().__init__(
            f"找不到数据库迁移文件 {_ROOT / 'migrations'}，请从完整的代码目录运行（migrations are missing）"
        )


def migrate(settings: Settings) -> None:
    """Bring the database up to the newest migration, as its owner. Not to be called from an event loop."""
    config = _config()
    config.attributes["url"] = settings.owner_url
    config.attributes["app_role"] = urlsplit(settings.database_url.get_secret_value()).username
    command.upgrade(config, "head")


def newest_revision() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    migrations = _ROOT / "migrations"
    if not migrations.is_dir():
        raise NoMigrations()
    config = Config()
    for name, value in {"script_location": migrations, "prepend_sys_path": _ROOT, "path_separator": "os"}.items():
        config.set_main_option(name, str(value).replace("%", "%%"))
    return config
