"""`youlin cases train-categories` and `measure-categories`: suggestions learned from a district's own cases."""

import json
from pathlib import Path

import click


@click.command("train-categories")
@click.argument("district")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for programs.")
def train_categories(district: str, as_json: bool) -> None:
    """Learn category suggestions from the cases of DISTRICT and use them from now on.

    Trained on the earlier cases and measured on the latest fifth, then trained on all and stored in the
    installation's home. Where there are too few cases nothing changes and declared keywords go on speaking.
    """
    from youlin.apps.cases.suggestions import learning, measuring

    learned = learning.learn(district, keywords=measuring.by_keywords(district))
    if as_json:
        click.echo(json.dumps(learned.data(), ensure_ascii=False))
        return
    click.echo(f"{learned.district}: version {learned.version}, {learned.cases} cases, {learned.path}")
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
