"""What a dataset is: rows of one table and what of them may leave the database, said once and checked by tests.

Apps register theirs in `ready()`. A column is a code, a name that everybody may read, a number or a moment; persons
appear as an alias at most, a number that stands for them in this dataset alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from django.db.models import Q, QuerySet

if TYPE_CHECKING:
    import pyarrow as pa

Kind = Literal["code", "text", "bool", "count", "number", "moment", "day", "alias"]
"""`code`: one of few texts · `text`: a public name · `count`: int64 · `number`: float64 · `moment`: seconds since
1970 (UTC) with its local day beside · `day`: a date · `alias`: int64 that stands for a person."""

Computed = Callable[["pa.Table"], "pa.Array"]
Names = tuple[str, str]
"""In Chinese and in English; the English one may be empty."""
Named = Callable[[str], Mapping[str, Names]]
"""What codes are called in a district."""
Follow = str | Callable[[QuerySet[Any, Any]], Q]
"""The path of a row's field that holds the subject's id, or the condition on rows for the ids of subjects."""
SELF = "id"
"""In `follows`: the entry's subject is the row itself."""


@dataclass(frozen=True)
class Column:
    """One column: `of` is the ORM path or expression it comes from ("": the field of its name).

    `computed` makes it of the other columns instead, for a whole batch at once; what it depends on besides (the
    calendar) is told by `depends`: another text there, and every row is written anew. `values` names codes, where they
    are the same everywhere; `named` asks what a district calls them.
    """

    name: str
    name_zh: str
    name_en: str
    kind: Kind
    of: Any = ""
    computed: Computed | None = None
    depends: Callable[[], str] | None = None
    about: str = ""
    values: Mapping[str, Names] = field(default_factory=dict)
    named: Named | None = None

    def names(self, district: str) -> Mapping[str, Names]:
        """What its codes are called in a district; empty where nobody names them."""
        return self.values or (self.named(district) if self.named else {})


@dataclass(frozen=True)
class Dataset:
    """Rows that leave the database, one Parquet file for each local month of `month` ("": one file).

    `month` names a column that never changes. `area` names the column that holds the code of an area; what has ended
    is written as its largest heir. Rows of `excludes` never leave.

    `follows` says whose entries in the journal tell that rows changed, by kind of subject. A path is kept in the file,
    so that a row that went is found there; a condition serves where rows never go. Of a dataset of one file every kind
    that counts is named, or all of an app ("places."); where none is, any entry counts. Entries of `anew` and another
    text of `marks` let everything be written anew: what changes many rows and names none of them.
    """

    name: str
    name_zh: str
    name_en: str
    rows: Callable[[], QuerySet[Any]]
    columns: tuple[Column, ...]
    month: str = ""
    area: str = ""
    follows: Mapping[str, Follow] = field(default_factory=dict)
    anew: Q = field(default_factory=Q)
    marks: Callable[[], str] | None = None
    excludes: Q = field(default_factory=Q)
    about: str = ""

    def column(self, name: str) -> Column:
        """The column of this name. Raises `KeyError`."""
        return {one.name: one for one in self.columns}[name]


class Successors(NamedTuple):
    """What became of codes that ended: the living code with the largest share; and a text that changes with it.

    `revision` also changes when rows moved between codes that all live.
    """

    living: Mapping[str, str]
    revision: str


_datasets: dict[str, Dataset] = {}
_successors: list[Callable[[str], Successors]] = []


def register(*datasets: Dataset) -> None:
    """Make datasets known, in an app's `ready()`. Raises `ValueError` for one whose columns do not fit together."""
    for one in datasets:
        names = [column.name for column in one.columns]
        if len(set(names)) != len(names) or {"id", "district"} & set(names):
            raise ValueError(f"{one.name} names a column twice")
        for wanted, kinds in ((one.month, ("moment", "day")), (one.area, ("code",))):
            if wanted and one.column(wanted).kind not in kinds:
                raise ValueError(f"{one.name}: {wanted} is none of {kinds}")
        _datasets[one.name] = one


def get(name: str) -> Dataset:
    """The dataset of this name. Raises `KeyError`."""
    return _datasets[name]


def all() -> tuple[Dataset, ...]:
    """Every dataset, by name."""
    return tuple(_datasets[name] for name in sorted(_datasets))


def register_area_successors(ask: Callable[[str], Successors]) -> None:
    """Let the exporter ask what became of the codes of areas in which rows of a district lie."""
    _successors[:] = [ask]


def successors(district: str) -> Successors:
    """What became of the codes; nothing where nobody knows of areas."""
    return _successors[0](district) if _successors else Successors({}, "")
