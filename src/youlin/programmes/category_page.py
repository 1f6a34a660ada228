"""`docs/category-suggestions.md`: how well categories are suggested, on real requests and on made-up words."""

import csv
import gzip
import random
from collections.abc import Iterator
from pathlib import Path

from youlin.apps.cases.selectors.rows import CategoryRow
from youlin.apps.cases.suggestions import learning, measuring
from youlin.apps.cases.suggestions.learning import Score
from youlin.apps.cases.suggestions.model import Example, train
from youlin.programmes import demo_chicago, loader
from youlin.programmes.demo import files
from youlin.programmes.loader import FOLDER

FILLED = 12
SEED = 20260201
_KIND = "what_is_the_nature_of_this_code_violation"


def make() -> str:
    """The page."""
    template = (Path(__file__).parent / "category_page.md").read_text(encoding="utf-8")
    return template.format(chicago=_table(chicago()), demo=_table(held_out()))


def chicago() -> list[Score]:
    """Learned from the first four fifths by date, measured on the last; place and season are all there is."""
    with gzip.open(demo_chicago.FILE, "rt", encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: row["creation_date"])
    examples = [Example("", row[_KIND] or "(not stated)", _facts(row)) for row in rows]
    earlier, later = learning.split(examples)
    return [
        learning.score("model (place and season)", learning.by_model(train(earlier, epochs=3)), later),
        learning.score("always the most frequent", learning.by_frequency(earlier), later),
    ]


def held_out() -> list[Score]:
    """Of every category's made-up sentences one is kept from learning: it is what is asked."""
    earlier, later = _sentences()
    rows = _categories()
    return [
        learning.score("model", learning.by_model(train(earlier)), later),
        learning.score("declared keywords", measuring.by_words_of(rows), later),
        learning.score("always the most frequent", learning.by_frequency(earlier), later),
    ]


def _facts(row: dict[str, str]) -> dict[str, str]:
    return {
        "ward": row["ward"],
        "area": row["community_area"],
        "month": row["creation_date"][5:7],
        "zip": row["zip_code"],
        "street": " ".join(row["street_address"].split()[1:]),
    }


def _sentences() -> tuple[list[Example], list[Example]]:
    pack = files.read(FOLDER / "demo_xicheng")
    rng = random.Random(SEED)
    spots, since, wish = pack.places.spots, pack.phrases.since, pack.phrases.wish
    roads = [road for street in pack.places.streets.values() for road in street.roads]
    earlier: list[Example] = []
    later: list[Example] = []
    for texts in (pack.phrases.events, pack.more.components, pack.more.hotline):
        for category, one in texts.items():
            for number, sentence in enumerate(one.report):
                asked = number == len(one.report) - 1 and len(one.report) > 1
                for _again in range(FILLED):
                    filled = sentence.format(
                        road=rng.choice(roads),
                        spot=rng.choice(spots),
                        since=rng.choice(since),
                        wish=rng.choice(wish),
                    )
                    (later if asked else earlier).append(Example(filled, category, {}))
    return earlier, later


def _categories() -> Iterator[CategoryRow]:
    declared = list(loader.load("city_management").categories())
    parents = {one.code.rpartition(".")[0] for one in declared}
    for one in declared:
        yield CategoryRow(
            code=one.code,
            name=one.name,
            description=one.description,
            parent=one.code.rpartition(".")[0],
            official_code=one.official_code,
            case_type=one.case_type,
            reportable=True,
            is_leaf=one.code not in parents,
            keywords=tuple(one.keywords),
        )


def _table(scores: list[Score]) -> str:
    lines = [
        "| way | cases asked | first is right | among three | says nothing |",
        "|---|---:|---:|---:|---:|",
    ]
    for one in scores:
        lines.append(f"| {one.name} | {one.cases} | {one.top1:.1%} | {one.top3:.1%} | {one.silent:.1%} |")
    return "\n".join(lines)
