"""`youlin keys`: keys for machine clients of the open doors (Open311, JSON API)."""

import json
from typing import Any
from uuid import UUID

import click
from django.utils import timezone
from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from youlin.apps.areas import selectors as areas
from youlin.apps.parties import clients
from youlin.apps.parties.models import ApiClient
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import Invalid, NotFound

json_option = click.option("--json", "as_json", is_flag=True, help="For programs: JSON on standard output.")


@click.group()
def keys() -> None:
    """Keys for machine clients of Open311 and the JSON API. A key is shown once and never again."""


@keys.command()
@click.option("--district", "-d", required=True, metavar="CODE", help="The district it may report in.")
@click.option("--name", required=True, metavar="NAME", help="Who uses it, as lists and journal call it.")
@json_option
def issue(district: str, name: str, as_json: bool) -> None:
    """Make a client and print its key. Keep it now: only its digest is stored."""
    known = [area.code for area in areas.districts()]
    if district not in known:
        raise Invalid(
            _("没有辖区“%(code)s”") % {"code": district},
            field="--district",
            remedy=_("可用：%s") % "、".join(known) if known else _("先导入区域：youlin areas import"),
        )
    client, key = clients.issue_key(actor=SYSTEM, district=district, name=name)
    if as_json:
        click.echo(json.dumps({**_as_data(client), "key": key}, ensure_ascii=False))
        return
    click.echo(f"{client.name} · {client.district} · {client.id}", err=True)
    click.echo(_("下面的密钥只显示这一次："), err=True)
    click.echo(key)


@keys.command("list")
@click.option("--district", "-d", default="", metavar="CODE", help="Only this district.")
@json_option
def list_keys(district: str, as_json: bool) -> None:
    """The clients and whether their keys still open. Keys themselves are never shown."""
    rows = [_as_data(client) for client in clients.issued(actor=SYSTEM, district=district)]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    table = Table("id", "district", "name", "issued", "revoked")
    for row in rows:
        table.add_row(
            row["id"], row["district"], row["name"], row["issued"][:16], (row["revoked"] or "—")[:16]
        )
    Console().print(table)


@keys.command()
@click.argument("id")
def revoke(id: str) -> None:
    """End the key of a client, named by the ID that `list` shows. What it sent stays."""
    try:
        client = clients.client_with(actor=SYSTEM, id=UUID(id))
    except ValueError as error:
        raise NotFound(_("没有这个接口密钥"), field="id", remedy="youlin keys list") from error
    clients.revoke_key(actor=SYSTEM, client=client)
    click.echo(f"✓ {client.name} · {client.district}")


def _as_data(client: ApiClient) -> dict[str, Any]:
    return {
        "id": str(client.id),
        "district": client.district,
        "name": client.name,
        "may_report": client.may_report,
        "issued": timezone.localtime(client.created_at).isoformat(timespec="seconds"),
        "revoked": timezone.localtime(client.revoked_at).isoformat(timespec="seconds")
        if client.revoked_at
        else None,
    }
