"""`youlin cases train-categories` and `measure-categories`: suggestions learned from a district's own cases."""

import getpass
import json
from pathlib import Path

import click

from youlin.kernel.actors import Actor

ACTOR = Actor("system", via="cli")


@click.command("train-categories")
@click.argument("district")
@click.option("--only-measure", is_flag=True, help="Train and measure; leave in force what is in force.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for programs.")
def train_categories(district: str, only_measure: bool, as_json: bool) -> None:
    """Learn category suggestions from the cases of DISTRICT and use them from now on.

    Both the training and the putting in force are journalled with the district, with the figures and the name of
    the account at this machine.

    Trained on the earlier cases and measured on the latest fifth, then trained on all and stored in the
    installation's home. Where there are too few cases nothing changes and declared keywords go on speaking.
    """
    from youlin.apps.cases.suggestions import learning, measuring

    learned = learning.learn(
        district,
        actor=ACTOR,
        keywords=measuring.by_keywords(district),
        operator=getpass.getuser(),
        use=not only_measure,
    )
    if as_json:
        click.echo(json.dumps(learned.data(), ensure_ascii=False))
        return
    where = learned.path or "measured only, not in force"
    click.echo(f"{learned.district}: version {learned.version}, {learned.cases} cases, {where}")
    click.echo(
        "  its suggestions come first" if learned.leads else "  declared keywords did better and come first"
    )
    for one in learned.scores:
        click.echo(f"  {one.name}: top 1 {one.top1:.1%}, top 3 {one.top3:.1%} of {one.cases} later cases")


@click.command("measure-categories")
@click.option("--write", "target", type=click.Path(path_type=Path), help="Write the page to this file.")
def measure_categories(target: Path | None) -> None:
    """Measure category suggestions on Chicago's requests and on the demonstration's words, as a page."""
    from youlin.programmes import category_page

    text = category_page.make()
    if target:
        target.write_text(text, encoding="utf-8")
        click.echo(f"✓ {target}")
    else:
        click.echo(text)
