"""Columns that several datasets compute alike."""

from typing import TYPE_CHECKING

from youlin.kernel.datasets.declaring import Computed

if TYPE_CHECKING:
    import pyarrow as pa


def seconds_between(start: str, end: str) -> Computed:
    """Seconds from one moment of a row to another; null where either is missing."""

    def seconds(rows: "pa.Table") -> "pa.Array":
        import pyarrow.compute as pc

        return pc.subtract(rows.column(end), rows.column(start)).combine_chunks()

    return seconds


def days_between(start: str, end: str) -> Computed:
    """Calendar days from the local day of one moment of a row to that of another; null where either is missing.

    An hour of summer time makes no difference to it, as it would to seconds.
    """

    def days(rows: "pa.Table") -> "pa.Array":
        import pyarrow.compute as pc

        first, last = (rows.column(f"{name}_day").cast("int32").cast("int64") for name in (start, end))
        return pc.subtract(last, first).combine_chunks()

    return days
