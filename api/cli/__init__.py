"""The ``tanfang`` command: serve, migrate, first accounts, files in, checks.

Help and messages come in Chinese first with an English twin; a message that asks for something names the
command that does it.
"""

import typer

from api.cli.accounts import users
from api.cli.audit import audit
from api.cli.backups import backup, restore
from api.cli.files import imports
from api.cli.judgements import obligations
from api.cli.keys import keys
from api.cli.pushing import push
from api.cli.sandbox import sandbox
from api.cli.serving import demo, migrate, serve, worker

app = typer.Typer(
    name="tanfang",
    help="特殊困难老年人探访关爱服务\n\nVisits to elders in special difficulty.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    add_completion=False,
)
for command in (serve, worker, migrate, demo, push, backup, restore, sandbox):
    app.command()(command)
for name, group in {
    "keys": keys,
    "users": users,
    "import": imports,
    "obligations": obligations,
    "audit": audit,
}.items():
    app.add_typer(group, name=name)
