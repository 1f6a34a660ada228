"""`youlin passes`: the keys that sign a district's codes."""

import click
from django.utils import timezone
from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from youlin.apps.areas import selectors as areas
from youlin.apps.passes import keys
from youlin.kernel import clock
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import Invalid

district_option = click.option("--district", "-d", required=True, metavar="CODE", help="The district.")


@click.group()
def passes() -> None:
    """Keys that sign codes: list them, make a new one, end one that may be in other hands."""


@passes.command("keys")
@district_option
def list_keys(district: str) -> None:
    """The district's keys, newest first, and what each does now. Secrets are never shown."""
    table = Table("key", "made", "signs from", "verifies until", "revoked")
    for row in keys.of_district(SYSTEM, _known(district)):
        moments = (row.made_at, row.signs_from, row.verifies_until, row.revoked_at)
        table.add_row(row.kid, *(_told(one) for one in moments))
    Console().print(table)


@passes.command()
@district_option
@click.option(
    "--now", "at_once", is_flag=True, help="Sign with it at once; phones without a network learn it late."
)
def rotate(district: str, at_once: bool) -> None:
    """Make a new key. It is published now and signs in seven days; the old one goes on verifying."""
    row = keys.make(actor=SYSTEM, district=_known(district), at_once=at_once)
    click.echo(f"✓ {row.kid} · {_told(row.signs_from)}")


@passes.command("revoke-key")
@district_option
@click.argument("kid")
@click.option("--reason", required=True, metavar="TEXT", help="Why; it stands in the journal.")
def revoke_key(district: str, kid: str, reason: str) -> None:
    """End the key KID at once, with everything it signed: printed cards must be printed anew."""
    row = keys.revoke(actor=SYSTEM, district=_known(district), kid=kid, reason=reason)
    click.echo(f"✓ {row.kid} · {_told(row.revoked_at or clock.now())}")


def _known(district: str) -> str:
    known = [area.code for area in areas.districts()]
    if district not in known:
        raise Invalid(
            _("没有辖区“%(code)s”") % {"code": district},
            field="--district",
            remedy=_("可用：%s") % "、".join(known) if known else _("先导入区域：youlin areas import"),
        )
    return district


def _told(moment: object) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else "—"  # type: ignore[arg-type]
