"""How the command line speaks: Chinese, then the same in English; a refusal says what to do next."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape

from api.domain.errors import DomainError, Fault, Refused
from api.integrations.client import ApiClient, ApiProblem, Unreachable
from api.main import CannotStart
from api.messages import Language, spoken
from api.schema import NoMigrations
from api.security import KeysRefused
from api.settings import Settings
from api.store.dialect import Trouble, trouble_of

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def refused(chinese: str, english: str) -> typer.Exit:
    """To be raised: the command ends with status 1, having said why."""
    err.print(f"[red]{escape(chinese)}[/red]\n{escape(english)}")
    return typer.Exit(1)


@contextmanager
def plainly() -> Iterator[None]:
    """Whatever is refused inside the block is said in words, never as a traceback."""
    try:
        yield
    except DomainError as error:
        faults = error.faults if isinstance(error, Refused) else (Fault(error.code, "", error.params),)
        for fault in faults:
            err.print(_told(fault))
        raise typer.Exit(1) from error
    except (CannotStart, KeysRefused, NoMigrations) as error:
        raise refused(f"无法启动：{error}", "The service cannot start.") from error
    except ApiProblem as error:
        raise _refused_by_service(error) from error
    except Unreachable as error:
        raise refused(
            f"连接不上 {error}，请确认服务已启动（tanfang serve），--url 正确",
            f"Nobody answers at {error}; is the service running (tanfang serve) and --url right?",
        ) from error
    except Exception as error:
        if trouble_of(error) != Trouble.UNAVAILABLE:
            raise
        raise refused(
            "数据库连接不上，请检查 TANFANG_DATABASE_URL 和数据库是否已启动",
            "The database does not answer; check TANFANG_DATABASE_URL.",
        ) from error


def ask_for_password() -> str:
    """TANFANG_PASSWORD, or what is typed; never an option, which others on the machine could read."""
    return os.environ.get("TANFANG_PASSWORD") or str(typer.prompt("密码 password", hide_input=True, err=True))


def sign_in(api: ApiClient, username: str) -> str:
    """Sign a person in; asks for the authenticator's code where the account has one. The password that was given."""
    password = ask_for_password()
    try:
        api.sign_in(username, password)
    except ApiProblem as problem:
        if problem.code != "second_factor_required":
            raise
        api.sign_in(username, password, str(typer.prompt("动态验证码 code of the authenticator", err=True)))
    return password


def settings_of_environment() -> Settings:
    """The settings; a wrong variable is named and its value kept quiet."""
    try:
        return Settings()
    except ValidationError as error:
        names = ", ".join(f"TANFANG_{detail['loc'][0]}".upper() for detail in error.errors(include_input=False))
        raise refused(f"环境变量不正确：{names}", f"Wrong environment variable: {names}") from error


def _told(fault: Fault) -> str:
    chinese, english = (spoken(fault.code, fault.params, language) for language in Language)
    where = f"{fault.pointer.removeprefix('/')}：" if fault.pointer else ""
    said, translated = escape(where + chinese.detail), escape(f"{english.detail}. {english.fix}")
    return f"[red]{said}[/red]，{escape(chinese.fix)}\n{translated}"


def _refused_by_service(error: ApiProblem) -> typer.Exit:
    problem = error.problem
    chinese = "，".join(str(problem[name]) for name in ("detail", "fix") if problem.get(name))
    for each in problem.get("errors") or ():
        chinese += f"\n  {each.get('pointer', '')} {each.get('detail', '')}，{each.get('fix', '')}"
    if error.code == "password_change_required":
        chinese += "\n请先运行 tanfang users password"
    return refused(chinese or f"HTTP {error.status}", f"Refused: {error.code} (HTTP {error.status})")
