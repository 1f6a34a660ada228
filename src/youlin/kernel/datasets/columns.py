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
