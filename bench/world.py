"""A district with any number of cases, made fast: for measuring how they are *read*.

Areas, programmes, people and duties are made by the services, as for the demonstration. The cases are rows put
straight into the tables, past the services and without a journal: a million of them take a minute or two, and
nothing that writes is measured by them. They are spread over three years; one in ten is open.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, models

from youlin.apps.areas import selectors as areas
from youlin.apps.cases.models import Case, CaseType, Category
from youlin.apps.cases.services import intake
from youlin.apps.cases.words import SEARCH_KIND
from youlin.apps.duties.models import Assignment
from youlin.kernel import clock, ids, rows, search, tallies
from youlin.kernel.search import tokens, vendor
from youlin.kernel.search.models import SearchDocument
from youlin.programmes import demo, loader
from youlin.programmes.demo import files
from youlin.programmes.demo.loading import DISTRICT, PACK
from youlin.programmes.demo.points import Points

SEED = 20260301
SPAN = timedelta(days=3 * 365)
OPEN_SHARE = 0.1
TEXTS = 20_000
"""Different texts; a case's own number makes each document different."""
POINTS = 40
"""Points drawn in each community; cases lie some metres beside one of them."""
PLANTED = {"鸟窝": 0.0005}
"""A rare word, in this share of the texts; what else they say has medium (绿化) and very frequent words (垃圾)."""
TYPE, DUTY = "city_event", "grid_worker"


def found() -> None:
    """The district without its two months of history: areas, programmes, the cast and its scenes."""
    demo.load(size=demo.Size(count=0, fresh=0, stuck=0))


def grow(total: int) -> int:
    """Fill up with made-up cases until there are `total`; how many were added. Indexes are made anew after."""
    missing = total - Case.objects.filter(district=DISTRICT).count()
    if missing <= 0:
        return 0
    writer, slot = _Writer(total), SearchDocument.objects.count()
    with connection.schema_editor() as editor:
        for index in Case._meta.indexes:
            editor.remove_index(Case, index)
    vendor.drop(connection)
    for start in range(0, missing, 10_000):
        made = [writer.row(number / missing) for number in range(start, min(start + 10_000, missing))]
        _insert(Case, writer.columns, [one.values for one in made])
        _insert(SearchDocument, _DOCUMENT, _documents(made, slot + start))
    with connection.schema_editor() as editor:
        for index in Case._meta.indexes:
            editor.add_index(Case, index)
    search.rebuild()
    settle()
    return missing


def settle() -> None:
    """What a worker and a database do by themselves in a quiet hour: the map's cells are counted, statistics are fresh,
    and PostgreSQL knows which rows are visible to all."""
    tallies.fold_all()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


@dataclass(frozen=True, slots=True)
class _Made:
    id: UUID
    number: str
    variety: int
    marks: str
    texts: "_Texts"
    values: list[Any]


@dataclass(frozen=True, slots=True)
class _Texts:
    """Texts as residents write them, drawn once: (category, road, text, normal form, tokens)."""

    drawn: Sequence[tuple[str, str, str, str, str]]


class _Writer:
    """Makes the values of one case after another, from one stream of chance."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(SEED + seed)
        pack = files.read(loader.FOLDER / PACK)
        self.type = CaseType.objects.get(district=DISTRICT, code=TYPE, is_current=True)
        self.prefix = intake.prefix_of(DISTRICT)
        self.texts = _Texts(list(_texts(pack, self.random)))
        self.places = self._places(pack)
        self.holders = self._holders()
        self.columns = [str(field.column) for field in Case._meta.concrete_fields]
        self.place_of = {field.attname: place for place, field in enumerate(Case._meta.concrete_fields)}
        self.now = clock.now()
        self.plain = self._prototype()
        self.varieties = len(self.texts.drawn)
        self.numbers = set(Case.objects.filter(district=DISTRICT).values_list("number", flat=True))

    def row(self, share: float) -> _Made:
        """The case at `share` of the whole span; those at its end are open, with all lights."""
        reported = self.now - SPAN * (1 - share)
        is_open = share > 1 - OPEN_SHARE * 1.25 and self.random.random() < 0.8
        variety = self.random.randrange(self.varieties)
        category, road, text, _normal, _tokens = self.texts.drawn[variety]
        area, lon, lat = self.random.choice(self.places)
        lon, lat = lon + self.random.uniform(-3e-4, 3e-4), lat + self.random.uniform(-3e-4, 3e-4)
        id, number = _id_at(reported), self._number()
        holder = self.random.choice(self.holders) if self.random.random() < 0.9 else None
        changed = {
            "id": id if connection.vendor == "postgresql" else id.hex,
            "number": number,
            "category": category,
            "title": text[:20],
            "description": text,
            "lon": lon,
            "lat": lat,
            "address": road,
            "area_at_event": area,
            "area_now": area,
            "reported_at": _moment(reported),
            "updated_at": _moment(reported),
            **(self._open(holder) if is_open else self._closed(reported)),
        }
        values = self.plain.copy()
        for name, value in changed.items():
            values[self.place_of[name]] = value
        return _Made(id, number, variety, search.marks.of(area, is_open=is_open), self.texts, values)

    def _number(self) -> str:
        while (number := ids.new_number(self.prefix)) in self.numbers:
            pass
        self.numbers.add(number)
        return number

    def _open(self, holder: Any) -> dict[str, Any]:
        due = self.now + timedelta(hours=self.random.uniform(-40, 60))
        clockless = self.random.random() < 0.05
        return {
            "state": "dispatched" if holder else "filed",
            "is_open": True,
            "closed_at": None,
            "outcome": "",
            "holder_id": holder,
            "holder_duty": DUTY if holder else "",
            "due_at": None if clockless else _moment(due),
            "light_at": None if clockless else _moment(due - timedelta(hours=4)),
        }

    def _closed(self, reported: datetime) -> dict[str, Any]:
        return {"closed_at": _moment(reported + timedelta(hours=self.random.uniform(1, 200)))}

    def _prototype(self) -> list[Any]:
        """A closed case in the database's own spelling; everything that differs is replaced."""
        case = Case(
            district=DISTRICT,
            case_type=self.type,
            state="closed",
            is_open=False,
            outcome="closed",
            public=True,
            anonymous=True,
            reported_at=self.now,
        )
        return rows._values(case, rows._columns(Case, connection.vendor), connection)

    def _places(self, pack: files.Pack) -> list[tuple[str, float, float]]:
        """Points in every community, those of the home street's grids in its grids; streets by their weight."""
        points = Points(DISTRICT, self.random)
        found = []
        for street, about in pack.places.streets.items():
            finest = list(areas.subtree(street, level="grid")) or list(
                areas.subtree(street, level="community")
            )
            for _n in range(POINTS * about.weight):
                code = self.random.choice(finest).code
                found.append((code, *points.within(code)))
        return found

    def _holders(self) -> list[Any]:
        people = Assignment.objects.filter(district=DISTRICT, kind__code=DUTY).values_list(
            "holder_id", flat=True
        )
        return [one if connection.vendor == "postgresql" else one.hex for one in people]


def _texts(pack: files.Pack, chance: random.Random) -> Iterator[tuple[str, str, str, str, str]]:
    names = dict(Category.objects.filter(district=DISTRICT).values_list("code", "name"))
    kinds = [(code, one.report, one.weight) for code, one in pack.phrases.events.items()]
    roads = [road for street in pack.places.streets.values() for road in street.roads]
    scope = tokens.scope(DISTRICT, SEARCH_KIND)
    for code, reports, _weight in chance.choices(
        kinds, weights=[weight for _c, _r, weight in kinds], k=TEXTS
    ):
        road = chance.choice(roads)
        text = chance.choice(reports).format(
            road=road,
            spot=chance.choice(pack.places.spots),
            since=chance.choice(pack.phrases.since),
            wish=chance.choice(pack.phrases.wish),
        )
        text += "".join(f"旁边有{word}。" for word, share in PLANTED.items() if chance.random() < share)
        normal = tokens.normal(f"{text}\n{road}\n{names.get(code, '')}")
        yield code, road, text, normal, " ".join(scope + one for one in sorted(tokens.of_document(normal)))


_DOCUMENT = ["id", "district", "kind", "object_id", "text", "tokens", "marks", "slot"]


def _documents(made: Iterable[_Made], slot: int) -> list[list[Any]]:
    scope, plain = tokens.scope(DISTRICT, SEARCH_KIND), connection.vendor == "postgresql"
    found = []
    for place, one in enumerate(made, start=slot + 1):
        _category, _road, _text, normal, words = one.texts.drawn[one.variety]
        number = one.number.casefold()
        own = " ".join(scope + token for token in sorted(tokens.of_document(number)))
        id, object_id = ids.uuid7(), one.id
        keys = (id, object_id) if plain else (id.hex, object_id.hex)
        found.append(
            [
                keys[0],
                DISTRICT,
                SEARCH_KIND,
                keys[1],
                f"{number} {normal}",
                f"{words} {own}",
                one.marks,
                None if plain else place,
            ]
        )
    return found


def _insert(model: type[models.Model], columns: Sequence[str], values: Sequence[Sequence[Any]]) -> None:
    quote = connection.ops.quote_name
    table, names = quote(model._meta.db_table), ", ".join(quote(name) for name in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in values:
                    copy.write_row(row)
        else:
            cursor.execute("BEGIN")
            cursor.executemany(
                f"INSERT INTO {table} ({names}) VALUES ({', '.join(['%s'] * len(columns))})", values
            )
            cursor.execute("COMMIT")


def _id_at(at: datetime) -> UUID:
    """A UUIDv7 of that moment, so that ids stand in the order of reports, as they do in life."""
    return UUID(int=(int(at.timestamp() * 1000) << 80) | (ids.uuid7().int & ((1 << 80) - 1)))


def _moment(at: datetime) -> Any:
    return at if connection.vendor == "postgresql" else connection.ops.adapt_datetimefield_value(at)
