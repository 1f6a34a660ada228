"""A DuckDB for small questions about Parquet files, shared by the threads of a process."""

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_LOCAL, _LOCK = threading.local(), threading.Lock()
_SHARED: list["DuckDBPyConnection"] = []


def connection() -> "DuckDBPyConnection":
    """This thread's way into the process's DuckDB for small questions; what files look like is remembered."""
    import duckdb

    if not hasattr(_LOCAL, "duck"):
        with _LOCK:
            if not _SHARED:
                duck = duckdb.connect(config={"threads": 1, "autoinstall_known_extensions": False})
                duck.execute("SET parquet_metadata_cache = true")
                _SHARED.append(duck)
        _LOCAL.duck = _SHARED[0].cursor()
    found: DuckDBPyConnection = _LOCAL.duck
    return found
