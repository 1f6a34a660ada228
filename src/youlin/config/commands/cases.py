"""`youlin cases`: how a case would be routed; requests from files (`cases_import`)."""

import json
from datetime import datetime
from typing import Any

import click
from django.utils import timezone
from django.utils.translation import gettext as _

from youlin.config.commands import cases_import, cases_learning
from youlin.kernel.errors import Invalid


@click.group()
def cases() -> None:
    """Cases: show how one would be routed, import requests from files."""


for _command in (
    cases_import.import_,
    cases_import.waiting,
    cases_import.place,
    cases_import.duplicates,
    cases_import.real_input,
    cases_learning.train_categories,
    cases_learning.measure_categories,
):
    cases.add_command(_command)


@cases.command()
@click.option("--category", required=True, metavar="CODE", help="Dotted category, e.g. event.sanitation.…")
@click.option("--lon", type=float, help="Longitude (WGS84).")
@click.option("--lat", type=float, help="Latitude (WGS84).")
@click.option("--area", default="", metavar="CODE", help="Area code, instead of a point.")
@click.option("--text", default="", help="What was written, where an exception looks at it.")
@click.option(
    "--at", "moment", default="", metavar="ISO", help="Moment, e.g. 2026-06-01T22:30 (default: now)."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for programs.")
def route(
    category: str, lon: float | None, lat: float | None, area: str, text: str, moment: str, as_json: bool
) -> None:
    """Name who would get a case, and why. Writes nothing. Exit code 3 when nobody would."""
    from youlin.apps.cases import routing
    from youlin.apps.cases.services import intake

    spot = intake.spot(lon=lon, lat=lat, area=area, at=_moment(moment))
    decision = routing.explain(
        district=spot.district,
        category=category,
        area=spot.area,
        at=_moment(moment),
        facts={"text": text, "lon": lon or 0.0, "lat": lat or 0.0},
    )
    if as_json:
        click.echo(json.dumps(_as_data(spot, decision), ensure_ascii=False))
    else:
        click.echo(f"{spot.area}: {decision.why}")
    if decision.holder is None:
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


def _as_data(spot: Any, decision: Any) -> dict[str, object]:
    return {
        "district": spot.district,
        "area": spot.area,
        "holder": str(decision.holder.id) if decision.holder else None,
        "name": decision.holder.name if decision.holder else None,
        "duty": decision.duty,
        "rule": decision.rule,
        "climbed": decision.climbed,
        "steps": list(decision.steps),
    }
