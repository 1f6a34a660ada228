"""`youlin programme`: what is declared, whether it holds, what it would change, and the change itself."""

import json
from collections import Counter
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from youlin.apps.areas import selectors as areas
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import Invalid
from youlin.programmes import checks, loader, planning, selectors, services, vocabulary
from youlin.programmes.faults import Refused
from youlin.programmes.loader import Programme
from youlin.programmes.planning import Change

PENDING = 3
"""Exit code of `plan` when there are changes to make."""
SIGNS = {
    "create": ("+", "green"),
    "restore": ("+", "green"),
    "update": ("~", "yellow"),
    "new_version": ("↑", "cyan"),
    "retire": ("-", "red"),
}

district_option = click.option(
    "--district", "-d", default="", help="District code; needless where there is one."
)
json_option = click.option("--json", "as_json", is_flag=True, help="For programs: JSON on standard output.")


@click.group()
def programme() -> None:
    """Programmes: folders of declarations that a district is made of."""


@programme.command("list")
@json_option
def list_programmes(as_json: bool) -> None:
    """The programmes that come with this installation, and where they are in force."""
    rows = [_row(code) for code in loader.codes()]
    if as_json:
        _print_json(rows)
        return
    table = Table("programme", "name", "version", "in force")
    for row in rows:
        table.add_row(row["code"], row["name"], row["version"], "、".join(row["in_force"]) or "—")
    Console().print(table)


@programme.command()
@click.argument("codes", nargs=-1)
@json_option
def check(codes: tuple[str, ...], as_json: bool) -> None:
    """Read programmes (default: all) and name every fault with its place and remedy. Needs no database."""
    found: dict[str, list[dict[str, Any]]] = {}
    for code in codes or loader.codes():
        found[code] = []
        try:
            checks.check(loader.load(code), vocabulary.current())
        except Refused as refused:
            found[code] = [_fault(fault) for fault in refused.faults]
    if as_json:
        _print_json(found)
    else:
        _show_checked(found)
    raise SystemExit(1 if any(found.values()) else 0)


@programme.command()
@click.argument("code")
@district_option
@json_option
def plan(code: str, district: str, as_json: bool) -> None:
    """What `apply` would change. Exit code 0: nothing; 3: the changes shown; 1: refused."""
    declared = _checked(code)
    changes = planning.plan(_district(district), declared)
    _report(changes, as_json, nothing="nothing to change", words="would be changed")
    raise SystemExit(PENDING if changes else 0)


@programme.command()
@click.argument("code")
@district_option
@click.option("--retire", is_flag=True, help="Take the programme out of force instead; nothing is deleted.")
@json_option
def apply(code: str, district: str, retire: bool, as_json: bool) -> None:
    """Make the district what the programme declares. Done twice it changes nothing."""
    where = _district(district)
    if retire:
        changes = services.retire(actor=SYSTEM, district=where, code=code)
    else:
        changes = services.apply(actor=SYSTEM, district=where, programme=_checked(code))
    _report(changes, as_json, nothing="nothing to change", words="changed")


def _checked(code: str) -> Programme:
    declared = loader.load(code)
    checks.check(declared, vocabulary.current())
    return declared


def _district(code: str) -> str:
    """The district named, or the only one there is."""
    if code:
        return code
    known = [area.code for area in areas.districts()]
    if len(known) == 1:
        return known[0]
    raise Invalid(
        "which district?" if known else "there are no areas yet",
        field="district",
        remedy=f"add --district, one of {', '.join(known)}" if known else "import areas: youlin areas import",
    )


def _row(code: str) -> dict[str, Any]:
    try:
        declared = loader.load(code).declarations
        name, version = declared.name, declared.version
    except Refused:
        name, version = "(does not hold together: youlin programme check)", "?"
    where = [one.district for one in selectors.in_force() if one.code == code]
    return {"code": code, "name": name, "version": version, "in_force": where}


def _fault(fault: Any) -> dict[str, Any]:
    return {
        "file": fault.place.file,
        "line": fault.place.line,
        "column": fault.place.column,
        "message": fault.message,
        "remedy": fault.remedy,
    }


def _show_checked(found: dict[str, list[dict[str, Any]]]) -> None:
    for code, faults in found.items():
        click.echo(f"{click.style('✗', fg='red') if faults else click.style('✓', fg='green')} {code}")
        for fault in faults:
            click.echo(f"  {fault['file']}:{fault['line']}:{fault['column']}: {fault['message']}")
            if fault["remedy"]:
                click.echo(f"    → {fault['remedy']}")


def _report(changes: list[Change], as_json: bool, *, nothing: str, words: str) -> None:
    if as_json:
        _print_json([change.as_data() for change in changes])
        return
    for change in changes:
        sign, colour = SIGNS[change.action]
        click.secho(f"{sign} {change.kind} {change.key}", fg=colour, nl=False)
        click.echo(_detail(change))
    counts = Counter(change.action for change in changes)
    summary = ", ".join(f"{count} {action}" for action, count in sorted(counts.items()))
    click.echo(f"{len(changes)} {words}: {summary}" if changes else nothing)


def _detail(change: Change) -> str:
    """The values that differ, each on its line; nothing for what is new or retired as a whole."""
    if change.action in ("create", "retire"):
        return ""
    if change.action == "new_version":
        return "  new version; cases keep the one they were born with"
    lines = [
        f"\n    {name}: {_short(change.before.get(name))} → {_short(value)}"
        for name, value in change.after.items()
    ]
    return "".join(lines)


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 100 else f"{text[:97]}…"


def _print_json(data: Any) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))
