"""`youlin areas people`: how many people live where, from a published table; what figures per head are divided by."""

import sys
from pathlib import Path

import click
from django.utils.translation import gettext as _

from youlin.apps.areas import services
from youlin.kernel import tables
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid, YoulinError

ACTOR = Actor("system", via="cli")
NAMES = {
    "code": ("code", "代码", "区划代码"),
    "population": ("population", "人口", "常住人口"),
    "households": ("households", "户数"),
    "source": ("source", "出处", "来源"),
}
"""What the columns may be called."""
WANTED = ("code", "population")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", default="", help="Where the numbers are published, for rows that do not say it.")
def people(file: Path, source: str) -> None:
    """Say how many people live in areas: a table (CSV, XLSX) with code, population, households and source.

    Good rows are kept, the others told with their line. Done twice it changes nothing. Exit code 1: a row was refused.
    """
    form = tables.Form()
    columns = _columns(tables.columns(file, form))
    taken = refused = 0
    for line, row in tables.rows(file, form):
        told = {name: (row.get(column) or "").strip() for name, column in columns.items()}
        try:
            services.tell_people(
                actor=ACTOR,
                code=told["code"],
                population=_number(told["population"], "population"),
                households=_number(told.get("households") or "0", "households"),
                source=told.get("source") or source,
            )
            taken += 1
        except YoulinError as error:
            refused += 1
            for one in error.problems:
                click.secho(f"✗ line {line}, {one.field}: {one.message} {one.remedy}", fg="red", err=True)
    click.echo(f"{taken} areas told, {refused} refused")
    sys.exit(1 if refused else 0)


def _columns(present: list[str]) -> dict[str, str]:
    """What each of the file's columns is."""
    found = {
        name: column for name, usual in NAMES.items() for column in present if column.strip().lower() in usual
    }
    for name in WANTED:
        if name not in found:
            raise Invalid(
                _("缺少这一列：%(names)s。") % {"names": " / ".join(NAMES[name])},
                field=name,
                remedy=_("第一行写列名，每行一个区域：代码、人口、户数、出处。"),
            )
    return found


def _number(text: str, name: str) -> int:
    try:
        return int(text.replace(",", "").replace("，", ""))
    except ValueError:
        raise Invalid(_("“%(text)s”不是整数。") % {"text": text}, field=name) from None
