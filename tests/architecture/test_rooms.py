"""The house rules that a script can see: doors know no table, vendor SQL lives in the kernel, rooms stay small."""

import ast
import re
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


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_rooms_stay_small(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 420
