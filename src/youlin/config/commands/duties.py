"""`youlin duties`: ask who answers."""

import json
from datetime import datetime

import click
from django.utils import timezone
from django.utils.translation import gettext as _

from youlin.apps.duties import selectors
from youlin.kernel.errors import Invalid


@click.group()
def duties() -> None:
    """Duties: who answers for an area, and why."""


@duties.command()
@click.option("--area", required=True, metavar="CODE", help="Area code, e.g. 110102001003008.")
@click.option("--kind", required=True, metavar="KIND", help="Code of the duty kind, e.g. grid_worker.")
@click.option("--category", default="", metavar="CATEGORY", help="Dotted category of the matter.")
@click.option(
    "--at", "moment", default="", metavar="ISO", help="Moment, e.g. 2026-06-01T22:30 (default: now)."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for programs.")
def who(area: str, kind: str, category: str, moment: str, as_json: bool) -> None:
    """Name the person who answers, with the steps that led there. Exit code 3 when nobody does."""
    answer = selectors.who(kind=kind, area=area, category=category, at=_moment(moment))
    if as_json:
        click.echo(json.dumps(_as_data(answer), ensure_ascii=False))
    else:
        click.echo(answer.why)
    if answer.holder is None:
        click.get_current_context().exit(3)


def _moment(text: str) -> datetime | None:
    """An ISO moment; without a zone it is local time."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid(
            _("时间“%(text)s”无法识别") % {"text": text},
            field="--at",
            remedy=_("请写成 2026-06-01T22:30 的样子"),
        ) from error
    return timezone.make_aware(moment, timezone.get_default_timezone()) if moment.tzinfo is None else moment


def _as_data(answer: selectors.Answer) -> dict[str, object]:
    return {
        "holder": str(answer.holder.id) if answer.holder else None,
        "name": answer.holder.name if answer.holder else None,
        "kind": answer.kind,
        "assignment": str(answer.assignment.id) if answer.assignment else None,
        "climbed": answer.climbed,
        "off_shift": answer.off_shift,
        "path": answer.path,
    }
