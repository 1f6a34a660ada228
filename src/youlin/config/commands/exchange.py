"""`youlin exchange`: what goes out of the house and comes back, seen and pushed on from a terminal."""

import csv
import json
from dataclasses import asdict
from pathlib import Path

import click
from django.utils.translation import gettext as _

from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import Invalid, NotFound


@click.group()
def exchange() -> None:
    """Outside systems, web hooks and message channels: what is alive, what waits; send and ask now."""


@exchange.command()
@click.option("--district", default="", metavar="CODE", help="Only this district.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list for programs.")
def status(district: str, as_json: bool) -> None:
    """Say of everything outside whether it answers. Exit code 3 when something does not."""
    from youlin.apps.exchange import selectors

    found = selectors.alive(district)
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False, default=str))
    else:
        for one in found:
            mark = {True: "✓", False: "✗", None: "·"}[one.alive]
            waiting = _("等待 %(n)d") % {"n": one.waiting} if one.waiting else ""
            words = (mark, one.kind, one.district, one.name, waiting, one.last_error if one.waiting else "")
            click.echo("  ".join(word for word in words if word))
    if any(one.alive is False for one in found):
        click.get_current_context().exit(3)


@exchange.command()
@click.option("--district", required=True, metavar="CODE", help="Whose cases it takes.")
@click.option("--code", required=True, metavar="CODE", help="What rules and commands call it.")
@click.option("--name", required=True, help="What people call it.")
@click.option("--url", required=True, help="Its GeoReport v2 endpoint, as far as the version.")
@click.option("--jurisdiction", default="", help="Its name for the area.")
@click.option("--key", "api_key", default="", help="Its API key; kept sealed, never shown.")
@click.option(
    "--service",
    "table",
    multiple=True,
    metavar="OURS=THEIRS",
    help="Which category is which service; * for others.",
)
@click.option("--keyed", is_flag=True, help="It takes an Idempotency-Key once, as this platform does.")
def system(
    district: str,
    code: str,
    name: str,
    url: str,
    jurisdiction: str,
    api_key: str,
    table: tuple[str, ...],
    keyed: bool,
) -> None:
    """Register an outside Open311 server; cases can be forwarded to it from then on."""
    from youlin.apps.exchange import services

    row = services.add_system(
        actor=SYSTEM,
        district=district,
        code=code,
        name=name,
        url=url,
        jurisdiction=jurisdiction,
        api_key=api_key,
        services=dict(_pair(one) for one in table),
        keyed=keyed,
        poll_minutes=15,
    )
    click.echo(f"{row.district} {row.code} · {row.url}")


def _pair(text: str) -> tuple[str, str]:
    ours, sign, theirs = (part.strip() for part in text.partition("="))
    if not (sign and ours and theirs):
        raise Invalid(_("这一行不是“本区类别 = 对方类别”：%(line)s") % {"line": text[:80]}, field="--service")
    return ours, theirs


@exchange.command()
@click.option("--district", required=True, metavar="CODE", help="Whose events.")
@click.option("--name", required=True, help="Who listens.")
@click.option("--url", required=True, help="Where events are posted to.")
@click.option(
    "--act", "acts", multiple=True, default=("*",), help="Which events; * stands for any part of a name."
)
def hook(district: str, name: str, url: str, acts: tuple[str, ...]) -> None:
    """Register a subscriber of events; prints its secret, this once."""
    from youlin.apps.exchange import services

    row, secret = services.subscribe(actor=SYSTEM, district=district, name=name, url=url, acts=acts)
    click.echo(
        _("%(name)s 订阅了 %(n)d 种事件，密钥只显示这一次：") % {"name": row.name, "n": len(_meant(acts))}
    )
    click.echo(secret)


def _meant(acts: tuple[str, ...]) -> list[str]:
    from youlin.apps.exchange.services import hooks

    return hooks.matching(acts)


@exchange.command()
@click.option("--port", default=9000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--secret", required=True, metavar="whsec_…", help="The subscription's secret.")
def listen(port: int, secret: str) -> None:
    """Be a subscriber on this machine, to see that events come in and their signatures hold. Ctrl-C ends it."""
    from youlin.config.commands.exchange_listen import Listener

    with Listener(port, secret) as server:
        click.echo(f"http://127.0.0.1:{port}/")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo("")


@exchange.command()
@click.option("--case", "number", required=True, metavar="NUMBER", help="The case's number.")
@click.option("--to", "system", required=True, metavar="CODE", help="The outside system's code.")
@click.option("--service", default="", metavar="CODE", help="Its service; default: by the system's table.")
def forward(number: str, system: str, service: str) -> None:
    """Have a case forwarded; the worker sends it."""
    from youlin.apps.cases import lookup
    from youlin.apps.exchange import services

    case = lookup.with_number(number)
    row = services.forward(
        actor=SYSTEM, district=case.district, case_id=case.id, system=system, service=service
    )
    click.echo(f"{case.number} → {system} · {row.state}")


@exchange.command()
def send() -> None:
    """Send and deliver what is due now, without waiting for the worker."""
    from youlin.apps.exchange.services import delivering, forwarding

    click.echo(_("转送 %(n)d 件") % {"n": forwarding.send_due()})
    click.echo(_("投递 %(n)d 个事件") % {"n": delivering.deliver_events()})


@exchange.command()
def poll() -> None:
    """Ask outside systems for the state of what is due now."""
    from youlin.apps.exchange.services import polling

    click.echo(_("%(n)d 件有变化") % {"n": polling.poll_due()})


@exchange.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def wecom(file: Path) -> None:
    """Tell which staff are who in WeCom: a CSV file with the columns username and userid."""
    from youlin.apps.parties import selectors as parties
    from youlin.apps.parties import services

    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    if not rows or not {"username", "userid"} <= set(rows[0]):
        raise Invalid(_("文件里没有这两列：username, userid"), field=str(file))
    for number, row in enumerate(rows, start=2):
        person = parties.person_of_account(row["username"].strip())
        if person is None:
            raise NotFound(
                _("第 %(n)d 行：没有账号“%(name)s”") % {"n": number, "name": row["username"]}, field=str(file)
            )
        services.add_contact(actor=SYSTEM, person=person, kind="wecom", value=row["userid"], verified=True)
    click.echo(_("%(n)d 人") % {"n": len(rows)})
