"""`make audit` never takes silence for a clean result."""

import sys
from datetime import date

import pytest

from scripts import audit, dependencies

UNREACHABLE = "error: Request failed after 3 retries\n  cause: dns error"
REFUSED = "npm warn audit 405 Method Not Allowed\nnpm error audit endpoint returned an error"


def says(text: str, code: int) -> list[str]:
    """A database that answers this."""
    return [sys.executable, "-c", f"import sys; print({text!r}); sys.exit({code})"]


@pytest.mark.parametrize(
    ("text", "code", "expected"),
    [
        ("No known vulnerabilities", 0, 0),
        ("pillow 1.0: CVE-2026-0001", 1, 1),
        (UNREACHABLE, 2, audit.NOT_ASKED),
        (REFUSED, 1, audit.NOT_ASKED),
    ],
)
def test_weak_clean_and_not_asked_are_three_things(capsys, text, code, expected):
    assert audit.ask("Python", says(text, code)) == expected
    told = capsys.readouterr().out
    assert audit.WORDS[expected] in told and ("CVE-2026-0001" in told) == (expected == 1)


def test_a_tool_that_is_missing_is_no_clean_result(capsys):
    assert audit.ask("Python", ["no-such-tool-anywhere"]) == audit.NOT_ASKED
    assert "not installed" in capsys.readouterr().out


@pytest.mark.parametrize(("found", "code"), [([0, 0], 0), ([0, 75], 75), ([75, 1], 1), ([1, 0], 1)])
def test_the_worst_counts_and_the_last_review_is_named(monkeypatch, capsys, found, code):
    answers = iter(found)
    monkeypatch.setattr(audit, "ask", lambda what, command: next(answers))
    assert audit.main("uv") == code
    assert (str(audit.reviewed()) in capsys.readouterr().out) == (75 in found)


def test_the_review_has_a_day_and_the_page_shows_it():
    assert isinstance(audit.reviewed(), date)
    assert f"reviewed on {audit.reviewed():%Y-%m-%d}" in dependencies.PAGE.read_text(encoding="utf-8")
