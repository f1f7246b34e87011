"""``tanfang backup`` and ``tanfang restore``: everything in one sealed file, and back again."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import file_digest
from pathlib import Path
from typing import Annotated

import typer
from pydantic import SecretStr

from api.cli.speaking import out, plainly, refused, settings_of_environment
from api.cli.working import Heard, worked
from api.deps import Service
from api.main import keys_of
from api.schema import migrate, newest_revision
from api.store.backups import NotEmpty
from api.store.crypto import Sealer
from api.store.sealed_files import Damaged, WrongKey
from api.usecases.backups import OtherSchema, back_up, look_through
from api.usecases.backups import restore as fill


def backup(folder: Annotated[Path, typer.Argument(help="存放备份的文件夹 where the file goes")]) -> None:
    """备份全部数据（服务照常运行），写成一个加密文件；密钥文件请另行保管

    Write everything of this moment into one sealed file while the service runs. Keep the key file elsewhere.
    """
    settings = settings_of_environment()
    taken_at = datetime.now(UTC)
    place = folder / f"tanfang-{taken_at:%Y%m%dT%H%M%S%f}Z.backup"
    with plainly(), _in_words(place):
        sealer = Sealer(keys_of(settings).sealing)
        folder.mkdir(parents=True, exist_ok=True)

        async def written(service: Service, heard: Heard) -> int:
            revision = await service.store.revision()
            if revision != newest_revision():
                raise OtherSchema(str(revision))
            about = {"taken_at": taken_at.isoformat(), "revision": revision, "district": settings.district}
            with _whole_or_not_at_all(place) as unfinished, unfinished.open("xb") as file:
                rows = await back_up(service.store, sealer, file, about, heard)
                file.flush()
                os.fsync(file.fileno())
            return rows

        rows = worked(settings, "备份 backing up", written)
        manifest = _manifest(sealer, place)
    out.print(
        f"已备份 {rows} 行到 {place}，并已读回核对；清单 {manifest.name}\n"
        f"{rows} rows written and read back.\n"
        f"恢复演练 next: tanfang restore {place}（TANFANG_DATABASE_URL 指向空数据库 names an empty database）"
    )


def restore(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="备份文件 the backup")],
) -> None:
    """把备份恢复到空数据库（SQLite 或 PostgreSQL 均可）；恢复后所有人需重新登录

    Fill the empty database of TANFANG_DATABASE_URL from a backup, all of it or nothing. Everybody signs in anew.
    """
    settings = settings_of_environment()
    with plainly(), _in_words(file):
        sealer = Sealer(keys_of(settings).sealing)
        with file.open("rb") as source:
            look_through(sealer, source)
        migrate(settings)
        owner = settings.model_copy(update={"database_url": SecretStr(settings.owner_url)})
        with file.open("rb") as source:
            rows = worked(
                owner,
                "恢复 restoring",
                lambda service, heard: fill(service.store, sealer, source, newest_revision(), heard),
            )
    out.print(f"已恢复 {rows} 行 rows restored.\n核对 next: tanfang obligations verify && tanfang serve")


def _manifest(sealer: Sealer, place: Path) -> Path:
    """What the file holds, beside it, for those who look after backups; drawn from the file as it was read back."""
    with place.open("rb") as file:
        about, counts = look_through(sealer, file)
        file.seek(0)
        digest = file_digest(file, "sha256").hexdigest()
    manifest = {"file": place.name, "bytes": place.stat().st_size, "sha256": digest, **about, "rows": counts}
    beside = place.with_suffix(".json")
    beside.write_text(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return beside


@contextmanager
def _whole_or_not_at_all(place: Path) -> Iterator[Path]:
    unfinished = place.with_suffix(".unfinished")
    try:
        yield unfinished
        unfinished.rename(place)
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def _in_words(file: Path) -> Iterator[None]:
    try:
        yield
    except Damaged as error:
        raise refused(
            f"{file} 不完整或已被改动，请换一份备份", f"{file} is no backup, or was cut off or altered."
        ) from error
    except WrongKey as error:
        raise refused(
            "备份不是用这套密钥封存的，请把 TANFANG_KEYS_FILE 指向当时的密钥文件",
            "The backup was sealed with other keys; let TANFANG_KEYS_FILE name those of its time.",
        ) from error
    except OtherSchema as error:
        raise refused(
            f"数据库结构版本是 {error.revision}，本程序是 {newest_revision()}："
            "备份前先运行 tanfang migrate；恢复旧备份请用当时版本的程序，再升级",
            f"Schema {error.revision}, this program {newest_revision()}: run tanfang migrate before a backup; "
            "restore an old one with the program of its time, then upgrade.",
        ) from error
    except NotEmpty as error:
        raise refused(
            "数据库里已有数据，不会覆盖；请把 TANFANG_DATABASE_URL 指向一个空数据库",
            "The database holds rows already and is left as it is; name an empty one.",
        ) from error
    except OSError as error:
        raise refused(f"{file} 无法读写：{error.strerror}", f"{file}: {error.strerror}") from error
