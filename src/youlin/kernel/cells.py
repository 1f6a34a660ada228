"""Cells of a grid over the map, as an expression that both databases compute themselves. Vendor SQL lives here."""

from typing import Any

from django.db import models


def cell_sql(value: str, origin: float, step: float, vendor: str) -> str:
    """SQL of the column or row of a grid that a coordinate lies in, for values from `origin` on."""
    whole = "FLOOR({})::integer" if vendor == "postgresql" else "CAST({} AS INTEGER)"
    return whole.format(f"({value} - {origin!r}) / {step!r}")


class Cell(models.Func):
    """`(value - origin) / step` without its fraction: the column or row of a grid that a coordinate lies in.

    Only for values from `origin` on: SQLite cuts the fraction off, which is rounding down for them alone.
    """

    output_field = models.IntegerField()

    def __init__(self, value: Any, origin: float, step: float, **extra: Any) -> None:
        super().__init__(value, **extra)
        self.origin, self.step = float(origin), float(step)

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> Any:  # type: ignore[override]
        value, parameters = compiler.compile(self.get_source_expressions()[0])
        return cell_sql(value, self.origin, self.step, connection.vendor), parameters
