"""A program of its own that reads a SQLite file past Python's library: SQL comes in, an Arrow stream goes out.

ADBC brings a second copy of SQLite. Locks of a file belong to the whole process, and when one copy closes the file the
other's are gone: the next program would take itself for the last one and remove the write-ahead log under a worker that
goes on writing (sqlite.org/howtocorrupt.html, 2.2.1). So nothing else lives here, and nothing of the house is imported.
"""

import sys


def main() -> int:
    """`sqlite_reader.py ADDRESS BATCH`, the SQL on standard input; exit code 1 and the reason where it cannot be read."""
    import pyarrow as pa
    from adbc_driver_sqlite import dbapi

    address, batch_rows = sys.argv[1:3]
    try:
        with dbapi.connect(address) as source, source.cursor() as cursor:
            cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": batch_rows})
            cursor.execute(sys.stdin.read())
            reader = cursor.fetch_record_batch()
            with pa.ipc.new_stream(sys.stdout.buffer, reader.schema) as stream:
                for batch in reader:
                    stream.write_batch(batch)
    except Exception as error:
        sys.stderr.write(f"{type(error).__name__}: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
