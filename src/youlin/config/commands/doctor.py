"""`youlin doctor`: looks at an installation and says what to do."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import click
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import DatabaseError
from rich.console import Console
from rich.progress import Progress

from youlin.kernel import calendars, clock, crypto, journal, operations, search


@dataclass(frozen=True)
class Finding:
    """One thing looked at: whether it is well, what was seen, what to do."""

    what: str
    well: bool
    seen: str
    remedy: str = ""


@click.command()
@click.option("--journal", "prove", is_flag=True, help="Prove the journal: every chain, digest and seal.")
@click.option("--district", default=None, help="Only this district's journal.")
@click.option("--json", "as_json", is_flag=True, help="Findings as JSON.")
def doctor(prove: bool, district: str | None, as_json: bool) -> None:
    """Check this installation and say what to do. Exit code 1 when something is not well."""
    findings = list(proof(district, quiet=as_json) if prove else examination())
    if as_json:
        click.echo(json.dumps([asdict(f) for f in findings], ensure_ascii=False, indent=2))
    else:
        _show(findings)
        if not prove:
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
        task = bar.add_task("journal", total=None)
        breaks = journal.verify(
            district, progress=lambda done, total: bar.update(task, completed=done, total=total)
        )
    if not breaks:
        yield Finding("journal", True, "every chain, seal and digest holds")
    for found in breaks:
        yield Finding(
            "journal", False, str(found), "restore the journal from a backup taken before this entry"
        )


def _home() -> Finding:
    home = settings.YOULIN_HOME
    try:
        home.mkdir(parents=True, exist_ok=True)
        (home / ".writable").write_text("")
        (home / ".writable").unlink()
    except OSError as error:
        return Finding("YOULIN_HOME", False, f"{home}: {error}", "choose a folder this user may write in")
    return Finding("YOULIN_HOME", True, str(home))


def _database() -> Finding:
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        return Finding("database", False, str(error).strip(), "check DATABASE_URL and that the server runs")
    if waiting:
        return Finding("database", False, f"{len(waiting)} migrations wait", "youlin manage migrate")
    return Finding("database", True, f"{connection.display_name}, all migrations applied")


def _keys() -> Finding:
    problems = crypto.check()
    if problems:
        words = "; ".join(problem.message for problem in problems)
        return Finding("data-protection key", False, words, problems[0].remedy)
    return Finding("data-protection key", True, str(settings.DATA_PROTECTION_KEY_FILE))


def _search() -> Finding:
    if search.check():
        return Finding("search index", True, "present")
    return Finding("search index", False, "missing", "youlin manage migrate")


def _front_end() -> Finding:
    from django.contrib.staticfiles import finders

    if finders.find("vendor/htmx.org/htmx.min.js"):
        return Finding("front-end files", True, "present")
    return Finding("front-end files", False, "missing", "make setup")


def _calendar() -> Finding:
    year = clock.today().year
    unknown = [y for y in (year, year + 1) if not calendars.known(y)]
    if unknown:
        years = ", ".join(map(str, unknown))
        return Finding(
            "calendar",
            year not in unknown,
            f"no official holidays for {years}; weekends and fixed holidays are assumed",
            "add the year to YOULIN_HOME/calendar.yaml when the State Council publishes it",
        )
    return Finding("calendar", True, f"{year} and {year + 1} are known")


def _standing() -> Iterator[Finding]:
    """What the operator's page shows too: what is late, stuck or full."""
    for found in operations.findings():
        if found.name != "database":
            yield Finding(found.name, found.well, found.seen, found.remedy)


def _show(findings: list[Finding]) -> None:
    for found in findings:
        mark, colour = ("✓", "green") if found.well else ("✗", "red")
        click.secho(f"{mark} {found.what}", fg=colour, nl=False)
        click.echo(f"  {found.seen}")
        if found.remedy:
            click.echo(f"  → {found.remedy}")
