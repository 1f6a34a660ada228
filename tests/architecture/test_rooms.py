"""The house rules that a script can see: doors know no table, vendor SQL lives in the kernel, rooms stay small."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "youlin"
FILES = [p for p in SOURCE.rglob("*.py") if not {"tests", "migrations"} & set(p.parts)]
FACES = [p for p in FILES if {"doors", "ui"} & set(p.relative_to(SOURCE).parts[:1])]


def name_of(path: Path) -> str:
    return str(path.relative_to(SOURCE))


@pytest.mark.parametrize("path", FACES, ids=name_of)
def test_a_door_knows_no_table(path):
    code = path.read_text(encoding="utf-8")
    assert ".objects" not in code
    assert not re.search(r"from youlin\.apps\.\w+\.models import", code)


@pytest.mark.parametrize("path", [p for p in FILES if p.name.startswith("admin")], ids=name_of)
def test_the_admin_reads_and_writes_as_everybody_does(path):
    assert ".objects" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", [p for p in FILES if "apps" in p.parts], ids=name_of)
def test_an_app_knows_no_request(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and path.name in ("services.py", "selectors.py"):
            assert "request" not in [a.arg for a in node.args.args + node.args.kwonlyargs], node.name


@pytest.mark.parametrize("path", [p for p in FILES if "kernel" not in p.parts], ids=name_of)
def test_vendor_sql_lives_in_the_kernel(path):
    code = path.read_text(encoding="utf-8")
    for mark in ("connection.vendor", "RunSQL", "pg_snapshot", ".cursor("):
        assert mark not in code, f"{mark} outside the kernel"


@pytest.mark.parametrize(
    "path", [p for p in FILES if "kernel" not in p.parts or p.name != "clock.py"], ids=name_of
)
def test_only_the_clock_tells_the_time(path):
    code = path.read_text(encoding="utf-8")
    assert (
        not re.search(r"\b(datetime\.now|datetime\.utcnow|date\.today|timezone\.now)\(", code)
        or path.name == "clock.py"
    )


def test_every_name_that_words_are_marked_with_is_collected():
    """Words marked under a name that the catalogue's script does not know would stay untranslated, unseen."""
    script = (SOURCE.parents[1] / "scripts" / "translations.py").read_text(encoding="utf-8")
    names = set()
    for path in FILES:
        for found in re.finditer(
            r"^\s*from django\.utils\.translation import (.+)$", path.read_text(encoding="utf-8"), re.M
        ):
            names |= {
                part.split(" as ")[-1].strip() for part in found.group(1).split(",") if "gettext" in part
            }
    assert names >= {"_", "_lazy"}
    assert {name for name in names if f'"{name}"' not in script} == set()


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_rooms_stay_small(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 420


CLIENTS = (
    "http.client",
    "urllib.request",
    "urllib3",
    "requests",
    "httpx",
    "aiohttp",
    "pycurl",
    "httplib2",
    "socket",
    "ssl",
)
"""What reaches other machines. `socket` is asked for this machine's name in `kernel/jobs/machine.py`;
`kernel/media/scanning.py` speaks to the scanner that the operator names in `YOULIN_CLAMD`."""
MAY_CALL = {
    "kernel/outgoing.py": CLIENTS,
    "kernel/jobs/machine.py": ("socket",),
    "kernel/media/scanning.py": ("socket",),
}


def imported(path: Path) -> set[str]:
    """Every module that a file imports, `from` ones with what they take."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_other_machines_are_called_by_the_guarded_client_alone(path):
    allowed = MAY_CALL.get(name_of(path), ())
    reached = {
        client
        for client in CLIENTS
        for module in imported(path)
        if module == client or module.startswith(f"{client}.")
    }
    assert not reached - set(allowed)


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    """What a process has loaded that answers pages."""
    code = (
        "import sys; from youlin.config import wsgi, urls; import youlin.apps.notices.web_push; "
        "print(*sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(told.stdout.splitlines()[-1].split())


def test_no_library_of_ours_brings_a_client_of_its_own(loaded: set[str]):
    """None that could be used behind the guarded one's back."""
    assert "django" in loaded
    assert not loaded & {"requests", "httpx", "aiohttp", "urllib3", "pycurl"}


def test_no_page_carries_what_jobs_and_single_pages_need(loaded: set[str]):
    """Each of these costs a process tens of megabytes and a start some tenths of a second."""
    heavy = {"duckdb", "ibis", "pandas", "pyproj", "pyspark", "reportlab", "scipy", "sklearn", "statsmodels"}
    assert not loaded & heavy
