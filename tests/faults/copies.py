"""An installation's home and database, put away and put elsewhere: a scene that many tests begin with."""

import shutil
import subprocess
from pathlib import Path

from tests.faults.cluster import BIN

DUMP = "database.dump"


def keep(environment: dict, place: Path) -> None:
    """Put the installation away into `place`, whole or not at all; nothing of it may run."""
    draft = place.with_name(f"{place.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    shutil.copytree(environment["YOULIN_HOME"], draft / "home")
    if environment.get("DATABASE_URL"):
        _run("pg_dump", "--format=custom", f"--file={draft / DUMP}", environment["DATABASE_URL"])
    draft.rename(place)


def put(place: Path, environment: dict) -> None:
    """The same installation, in a home and an empty database that the environment names."""
    shutil.copytree(place / "home", environment["YOULIN_HOME"], dirs_exist_ok=True)
    if environment.get("DATABASE_URL"):
        _run("pg_restore", "--exit-on-error", f"--dbname={environment['DATABASE_URL']}", str(place / DUMP))


def _run(program: str, *options: str) -> None:
    done = subprocess.run([str(BIN / program), *options], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
