"""Point → area on Spark: the exact locators go to each executor once, and rows stay where they are.

The Python of the executors needs this package (`youlin`), numpy, shapely and pyarrow; no database and no settings.
"""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from youlin.apps.areas import selectors, where
from youlin.apps.areas.geometry.finding import Ready

if TYPE_CHECKING:
    import pyarrow as pa


def ready(day: date | None = None, prefix: str = "") -> list[Ready]:
    """Every level of every district at or under `prefix` as it is on a day (today), in the order of asking."""
    return [Ready(one.box, *one.places()) for one in where.parts(selectors.day_of(day), prefix)]


def located(
    frame: Any, parts: list[Ready], *, lon: str = "lon", lat: str = "lat", column: str = "area"
) -> Any:
    """A Spark DataFrame with the code of the deepest area of each row's point in a new column, null outside all.

    `lon` and `lat` name columns of WGS84 degrees; a row without them lies nowhere. `parts` are what `ready` answers, or
    others: they are sent to each executor once, whatever the number of tasks.
    """
    from pyspark.sql.types import StringType, StructField, StructType

    sent = frame.sparkSession.sparkContext.broadcast(parts)

    def locate(batches: "Iterator[pa.RecordBatch]") -> "Iterator[pa.RecordBatch]":
        # Runs on the executors, whose Python knows nothing but what is imported here.
        import numpy as np
        import pyarrow as pa

        from youlin.apps.areas.geometry import finding

        for batch in batches:
            x, y = (
                batch.column(name).cast(pa.float64()).to_numpy(zero_copy_only=False) for name in (lon, lat)
            )
            codes = finding.find(np.asarray(x), np.asarray(y), sent.value)
            found = pa.array(codes.tolist(), pa.string(), mask=codes == "")
            yield pa.RecordBatch.from_arrays([*batch.columns, found], [*batch.schema.names, column])

    told = StructType([*frame.schema.fields, StructField(column, StringType(), True)])
    return frame.mapInArrow(locate, told)
