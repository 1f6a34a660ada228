"""The rows of a worksheet and the texts its cells share, read with expat alone: openpyxl makes objects of every element,
at five times the price.

What a cell says is taken as openpyxl takes it (ECMA-376 part 1, 18.3.1.4): numbers, dates by their format, shared and
inline texts, truth values, errors. Formulas are handed on as such, not their results.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import lru_cache
from typing import IO, Any, NamedTuple
from xml.parsers import expat

from openpyxl.utils import column_index_from_string
from openpyxl.utils.datetime import from_excel, from_ISO8601

CHUNK = 64 * 1024
MOST_ROWS = 1_048_576
"""As many as a worksheet may have; what names a later row is no worksheet."""

Row = list[Any]


class Formula(NamedTuple):
    """Stands where a cell has a formula; `cell` is where, as spreadsheets say it (`B7`)."""

    cell: str


class Styles(NamedTuple):
    """What a workbook knows of its cells: texts they share, formats that make a number a date or a length of time."""

    shared: Sequence[str]
    dates: Collection[int]
    spans: Collection[int]
    epoch: Any


def rows(source: IO[bytes], styles: Styles) -> Iterator[Row]:
    """Every row from the first, the missing ones empty. Raises `ValueError` for what is no worksheet."""
    reader = _Reader(styles)
    try:
        while not reader.done and (chunk := source.read(CHUNK)):
            reader.parser.Parse(chunk)
            yield from reader.taken()
        if not reader.done:
            reader.parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise ValueError(str(error)) from error
    yield from reader.taken()


def shared(source: IO[bytes]) -> list[str]:
    """The texts that cells share (18.4), without their looks and how they are pronounced. Raises `ValueError`."""
    reader = _Texts()
    try:
        while chunk := source.read(CHUNK):
            reader.parser.Parse(chunk)
        reader.parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise ValueError(str(error)) from error
    return reader.found


class _Texts:
    """Collects texts while expat goes through the file."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = _refused
        self.found: list[str] = []
        self._pieces: list[str] = []
        self._aside = 0

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = _local(name)
        if self._aside or local == "rPh":
            self._aside += 1
        elif local == "t":
            self.parser.CharacterDataHandler = self._pieces.append
        elif local == "si":
            self._pieces.clear()

    def _end(self, name: str) -> None:
        local = _local(name)
        if self._aside:
            self._aside -= 1
        elif local == "t":
            self.parser.CharacterDataHandler = None
        elif local == "si":
            self.found.append("".join(self._pieces).replace("x005F_", ""))


class _Reader:
    """Collects rows while expat goes through the file."""

    def __init__(self, styles: Styles) -> None:
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.StartDoctypeDeclHandler = _refused
        self.done = False
        self._styles = styles
        self._rows: list[Row] = []
        self._row: Row = []
        self._line = 0
        self._kind, self._style, self._at, self._column = "n", 0, "", 0
        self._formula = False
        self._pieces: list[str] = []
        self._aside = 0

    def taken(self) -> list[Row]:
        """The rows since the last time."""
        found, self._rows = self._rows, []
        return found

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if _local(name) == "sheetData":
            self.parser.StartElementHandler = self._start_inside
            self.parser.EndElementHandler = self._end_inside

    def _start_inside(self, name: str, attributes: dict[str, str]) -> None:
        local = _local(name)
        if self._aside or local in ("rPh", "extLst"):
            self._aside += 1
        elif local == "c":
            self._kind, self._style = attributes.get("t", "n"), int(attributes.get("s", 0))
            self._at = attributes.get("r", "")
            self._column = _column(self._at.rstrip("0123456789")) if self._at else self._column + 1
            self._formula = False
            self._pieces = []
        elif local == "v" or (local == "t" and self._kind == "inlineStr"):
            self.parser.CharacterDataHandler = self._pieces.append
        elif local == "f":
            self._formula = True
        elif local == "row":
            self._begin_row(attributes.get("r"))

    def _end_inside(self, name: str) -> None:
        local = _local(name)
        if self._aside:
            self._aside -= 1
        elif local in ("v", "t"):
            self.parser.CharacterDataHandler = None
        elif local == "c":
            self._end_cell()
        elif local == "row":
            self._rows.append(self._row)
        elif local == "sheetData":
            self.done = True
            self.parser.StartElementHandler = self.parser.EndElementHandler = None

    def _begin_row(self, number: str | None) -> None:
        line = int(float(number)) if number else self._line + 1
        if not self._line < line <= MOST_ROWS:
            raise ValueError(f"row {number}")
        self._rows += [[] for _missing in range(line - self._line - 1)]
        self._line, self._row, self._column = line, [], 0

    def _end_cell(self) -> None:
        value: Any = Formula(self._at) if self._formula else self._value("".join(self._pieces))
        missing = self._column - len(self._row) - 1
        if missing < 0:
            self._row[self._column - 1] = value
            return
        if missing:
            self._row += [None] * missing
        self._row.append(value)

    def _value(self, text: str) -> Any:
        if not text:
            return None
        if self._kind == "n":
            return self._number(text)
        read = _READ.get(self._kind)
        return read(text, self._styles) if read else text

    def _number(self, text: str) -> Any:
        number = int(text) if text.isdigit() else _cast(text)
        if self._style not in self._styles.dates:
            return number
        try:
            return from_excel(number, self._styles.epoch, timedelta=self._style in self._styles.spans)
        except (OverflowError, ValueError):
            return "#VALUE!"


def _refused(*_told: Any) -> None:
    raise ValueError("DOCTYPE")


def _cast(text: str) -> int | float:
    return float(text) if any(sign in text for sign in ".eE") else int(text)


def _shared(text: str, styles: Styles) -> str:
    try:
        return styles.shared[int(text)]
    except IndexError as error:
        raise ValueError(f"sharedStrings {text}") from error


_READ: dict[str, Callable[[str, Styles], Any]] = {
    "s": _shared,
    "b": lambda text, styles: bool(int(text)),
    "d": lambda text, styles: from_ISO8601(text),  # type: ignore[no-untyped-call]
}
"""By the type of a cell; of all others the text is the value."""

_column: Callable[[str], int] = lru_cache(maxsize=1024)(column_index_from_string)


@lru_cache(maxsize=256)
def _local(name: str) -> str:
    return name.rpartition(":")[2]
