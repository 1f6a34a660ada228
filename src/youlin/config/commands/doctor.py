"""`youlin doctor`: looks at an installation and says what to do."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import chain

import click
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import DatabaseError
from django.utils import translation
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import Progress

from youlin.apps.ledger import proving
from youlin.config import terminal
from youlin.kernel import calendars, clock, crypto, journal, operations, search
from youlin.kernel.operations import room


@dataclass(frozen=True)
class Finding:
    """One thing looked at: whether it is well, what was seen, what to do. `what` is the same in every language."""

    what: str
    title: str
    well: bool
    seen: str
    remedy: str = ""


@click.command()
@click.option("--journal", "prove", is_flag=True, help="Prove the journal: every chain, digest and seal.")
@click.option(
    "--ledger", "conserved", is_flag=True, help="Prove the ledger: nothing created, lost or spent twice."
)
@click.option("--district", default=None, help="Only this district's journal or ledger.")
@click.option(
    "--json", "as_json", is_flag=True, help="Findings as JSON; keys and `what` are never translated."
)
@click.option(
    "--language",
    type=click.Choice([code for code, _name in settings.LANGUAGES]),
    help="Language of the findings. Default: that of the terminal (LC_ALL, LC_MESSAGES, LANG).",
)
def doctor(prove: bool, conserved: bool, district: str | None, as_json: bool, language: str | None) -> None:
    """Check this installation and say what to do. Exit code 1 when something is not well."""
    with translation.override(terminal.language(language)):
        asked = [
            *([proof(district, quiet=as_json)] if prove else []),
            *([conservation(district, quiet=as_json)] if conserved else []),
        ]
        findings = list(chain(*(asked or [examination()])))
        if as_json:
            click.echo(json.dumps([asdict(f) for f in findings], ensure_ascii=False, indent=2))
        else:
            _show(findings)
            if not asked:
                click.echo(f"  {settings.PUBLIC_URL}/admin/operations/")
    raise SystemExit(0 if all(f.well for f in findings) else 1)


def examination() -> Iterator[Finding]:
    """Folders, keys, database, migrations, calendar, front-end files, worker."""
    yield _home()
    database = _database()
    yield database
    yield _front_end()
    yield _calendar()
    if database.well:
        yield _keys()
        yield _search()
        yield from _standing()


def proof(district: str | None, *, quiet: bool) -> Iterator[Finding]:
    """The journal's proof; a break names the first entry that does not hold."""
    with Progress(console=Console(stderr=True), disable=quiet) as bar:
        task = bar.add_task(_("日志"), total=None)
        breaks = journal.verify(
            district, progress=lambda done, total: bar.update(task, completed=done, total=total)
        )
    title = _("日志")
    if not breaks:
        yield Finding("journal", title, True, _("每一条链、封条和摘要都成立"))
    for found in breaks:
        yield Finding("journal", title, False, str(found), _("请用这一条之前的备份恢复日志"))


def conservation(district: str | None, *, quiet: bool) -> Iterator[Finding]:
    """The ledger's proof from its rows; each break names the account or period that does not hold."""
    with Progress(console=Console(stderr=True), disable=quiet) as bar:
        task = bar.add_task(_("账本"), total=None)
        breaks = proving.prove(
            district, progress=lambda done, total: bar.update(task, completed=done, total=total)
        )
    title = _("账本")
    if not breaks:
        accounts, transfers = proving.counted(district)
        seen = _("%(accounts)s 个账户、%(transfers)s 笔转账：收支合计为零，余额、批次、冻结和已结账期都相符")
        yield Finding("ledger", title, True, seen % {"accounts": accounts, "transfers": transfers})
    for found in breaks:
        remedy = _("请停用这个账户种类的兑换，用备份核对后以冲正更正；不要直接改表")
        yield Finding("ledger", title, False, str(found), remedy)


def _home() -> Finding:
    home, title = settings.YOULIN_HOME, _("数据文件夹")
    try:
        home.mkdir(parents=True, exist_ok=True)
        (home / ".writable").write_text("")
        (home / ".writable").unlink()
    except OSError as error:
        return Finding(
            "YOULIN_HOME", title, False, f"{home}: {error}", _("请把 YOULIN_HOME 设为可写的文件夹")
        )
    return Finding("YOULIN_HOME", title, True, str(home))


def _database() -> Finding:
    title = _("数据库")
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        refused = room.of_database()
    except DatabaseError as error:
        remedy = _("请检查 DATABASE_URL 和数据库服务")
        return Finding("database", title, False, str(error).strip(), remedy)
    if refused:
        seen = f"{connection.display_name}；{refused}"
        return Finding("database", title, False, seen, room.remedy())
    if waiting:
        seen = _("有 %(n)d 个迁移未执行") % {"n": len(waiting)}
        return Finding("database", title, False, seen, "youlin manage migrate")
    seen = _("%(name)s，迁移已全部执行") % {"name": connection.display_name}
    return Finding("database", title, True, seen)


def _keys() -> Finding:
    title, problems = _("数据保护密钥"), crypto.check()
    if problems:
        words = "; ".join(problem.message for problem in problems)
        return Finding("data-protection key", title, False, words, problems[0].remedy)
    return Finding("data-protection key", title, True, str(settings.DATA_PROTECTION_KEY_FILE))


def _search() -> Finding:
    title = _("搜索索引")
    if search.check():
        return Finding("search index", title, True, _("有"))
    return Finding("search index", title, False, _("没有"), "youlin manage migrate")


def _front_end() -> Finding:
    title = _("界面文件")
    if finders.find("vendor/htmx.org/htmx.min.js"):
        return Finding("front-end files", title, True, _("有"))
    return Finding("front-end files", title, False, _("没有"), "make setup")


def _calendar() -> Finding:
    title, year = _("节假日日历"), clock.today().year
    unknown = [y for y in (year, year + 1) if not calendars.known(y)]
    if unknown:
        seen = _("没有 %(years)s 年的放假安排，先按周末和固定节日计算")
        return Finding(
            "calendar",
            title,
            year not in unknown,
            seen % {"years": "、".join(map(str, unknown))},
            _("国务院公布后，请把那一年加进 YOULIN_HOME/calendar.yaml"),
        )
    seen = _("%(year)d 年和 %(next)d 年的放假安排都有") % {"year": year, "next": year + 1}
    return Finding("calendar", title, True, seen)


def _standing() -> Iterator[Finding]:
    """What the operator's page shows too: what is late, stuck or full."""
    for found in operations.findings():
        if found.name != "database":
            yield Finding(found.name, str(found.title), found.well, found.seen, found.remedy)


def _show(findings: list[Finding]) -> None:
    for found in findings:
        mark, colour = ("✓", "green") if found.well else ("✗", "red")
        click.secho(f"{mark} {found.title}", fg=colour, nl=False)
        click.echo(f"  {found.seen}")
        if found.remedy:
            click.echo(f"  → {found.remedy}")
