"""How a table is written, where its name does not say it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Form:
    """`encoding` None: UTF-8, or GB 18030 as Chinese spreadsheets save.

    `delimiter` None: comma, or tab for .tsv; `sheet` None: the first. `dates` gives by column the form in which
    a workbook's dates become text (as in `strftime`); ISO 8601 for the others."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    dates: Mapping[str, str] = field(default_factory=dict)
