"""`youlin datasets`: rows as Parquet files, brought up to date and told of."""

import json
from dataclasses import asdict
from typing import Any

import click
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from youlin.kernel.errors import NotFound

_DISTRICT = click.option("--district", default="", metavar="CODE", help="Only this district.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON list for programs.")


@click.group()
def datasets() -> None:
    """Rows that figures are made of, as Parquet files that follow the journal."""


@datasets.command()
@click.argument("names", nargs=-1)
@_DISTRICT
@click.option("--whole", is_flag=True, help="Read every row again, not only what changed.")
@_JSON
def export(names: tuple[str, ...], district: str, whole: bool, as_json: bool) -> None:
    """Bring datasets (all, or NAMES) up to date. Where it was cut short, the next one goes on."""
    from youlin.kernel import datasets as exported

    _known(names)
    done: list[dict[str, Any]] = []
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=as_json) as bar:
        task, rows = bar.add_task("", total=None), {"": 0}

        def told(name: str, count: int) -> None:
            rows[name] = rows.get(name, 0) + count
            bar.update(task, description=f"{home} {name} {rows[name]:,}")

        for home in [district] if district else _districts():
            rows.clear()
            found = exported.export(home, names or None, whole=whole, progress=told)
            done += [{"district": home, **asdict(one)} for one in found]
    if as_json:
        click.echo(json.dumps(done, ensure_ascii=False))
        return
    for one in done:
        if one["rows"] or one["partitions"]:
            words = _("%(rows)d 行，%(files)d 个文件，%(seconds).1f 秒")
            told_of = {"rows": one["rows"], "files": one["partitions"], "seconds": one["seconds"]}
            click.echo(f"{one['district']}  {one['dataset']}  {words % told_of}")
    click.echo(_("已是最新：%(n)d 个数据集") % {"n": len(done)})


@datasets.command("list")
@_DISTRICT
@_JSON
def list_(district: str, as_json: bool) -> None:
    """Say of each dataset how many rows are exported, and until when they tell everything."""
    from youlin.kernel import datasets as exported

    found: list[dict[str, Any]] = []
    for home in [district] if district else _districts():
        for dataset in exported.all():
            manifest = exported.manifest(home, dataset.name)
            found.append(
                {
                    "district": home,
                    "dataset": dataset.name,
                    "name": dataset.name_zh,
                    "rows": manifest.rows if manifest else None,
                    "files": len(manifest.partitions) if manifest else 0,
                    "as_of": manifest.as_of.isoformat() if manifest else None,
                    "folder": str(exported.folder(home, dataset.name)),
                }
            )
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for one in found:
        rows = _("尚未导出") if one["rows"] is None else f"{one['rows']:,}"
        click.echo(
            "  ".join([one["district"], one["dataset"], one["name"], rows, one["as_of"] or ""]).rstrip()
        )


def _districts() -> list[str]:
    from youlin.kernel import journal

    return [one for one in journal.districts() if one != journal.CITY]


def _known(names: tuple[str, ...]) -> None:
    from youlin.kernel import datasets as exported

    known = [one.name for one in exported.all()]
    for name in names:
        if name not in known:
            remedy = _("可用：%(names)s") % {"names": "、".join(known)}
            raise NotFound(_("没有数据集“%(name)s”") % {"name": name}, remedy=remedy)
