"""SIGKILL in the middle of an import, in a process and a database of its own: nothing lost, nothing twice."""

import json
import os
import sqlite3
import subprocess
import sys
import time

import pytest

from youlin.programmes import demo_chicago

ROWS = 4_000
_START = "import django; django.setup(); "
_PREPARE = (
    _START
    + "from django.core.management import call_command; call_command('migrate', verbosity=0); "
    + "from youlin.kernel.actors import SYSTEM; from youlin.programmes.demo_chicago import district; "
    + "district.prepare(actor=SYSTEM)"
)
_IMPORT = _START + "from youlin.config.commands.cases_import import import_; import_()"
_VERIFY = _START + "from youlin.kernel import journal; print(list(journal.verify('840170')))"


@pytest.mark.slow
def test_an_import_killed_again_and_again_has_every_row_once(tmp_path, real_rows, write):
    file = write(real_rows[:ROWS])
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    environment |= {"YOULIN_HOME": str(tmp_path / "home"), "DJANGO_SETTINGS_MODULE": "youlin.config.settings"}
    database = tmp_path / "home" / "youlin.sqlite3"

    def python(code, *arguments):
        return subprocess.Popen(
            [sys.executable, "-c", code, *arguments],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    arguments = (str(file), "--mapping", str(demo_chicago.MAPPING), "--json")
    preparing = python(_PREPARE)
    preparing.communicate()
    assert preparing.returncode == 0
    killed_at = []
    for goal in (1_000, 2_000):
        process = python(_IMPORT, *arguments)
        while _position(database) < goal:
            assert process.poll() is None
            time.sleep(0.02)
        process.kill()
        process.communicate()
        killed_at.append(_position(database))
    assert killed_at[-1] < ROWS
    last = python(_IMPORT, *arguments)
    outcome = json.loads(last.communicate()[0])
    assert last.returncode == 0
    assert outcome["read"] == ROWS - killed_at[-1]
    with sqlite3.connect(database) as connection:
        [(cases, numbers)] = connection.execute(
            "SELECT count(*), count(DISTINCT external_number) FROM cases_case"
        )
        [(reports,)] = connection.execute(
            "SELECT count(*) FROM kernel_journalentry WHERE act = 'cases.reported'"
        )
        [(runs, read)] = connection.execute("SELECT count(*), sum(rows_read) FROM cases_importrun")
    connection.close()
    assert (cases, numbers, reports, runs, read) == (ROWS, ROWS, ROWS, 1, ROWS)
    assert python(_VERIFY).communicate()[0].strip() == "[]"


def _position(database):
    try:
        connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
        found = connection.execute("SELECT max(position) FROM cases_importrun").fetchone()[0]
        connection.close()
    except sqlite3.OperationalError:
        return 0
    return found or 0
