"""What the security documents claim is there, and what they say is not used is not used."""

import re
import tomllib
from pathlib import Path

import pytest

from scripts import dependencies

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "youlin"
STATUSES = ("met", "part", "operator", "not met", "n/a")
NUMBERS = {
    "1.1": "1 2 3 4 5 6 7", "1.2": "1 2 3 4", "1.4": "1 4 5", "1.5": "1 2 3 4", "1.6": "1 2 3 4", "1.7": "1 2",
    "1.8": "1 2", "1.9": "1 2", "1.10": "1", "1.11": "1 2", "1.12": "2", "1.14": "1 2 3 4 5 6",
    "2.1": "1 2 3 4 5 6 7 8 9 10 11 12", "2.2": "1 2 3", "2.3": "1 2 3", "2.4": "1 2 3 4 5", "2.5": "1 2 3 4 5 6 7",
    "2.6": "1 2 3", "2.7": "1 2 3 4 5 6", "2.8": "1 2 3 4 5 6 7", "2.9": "1 2 3", "2.10": "1 2 3 4",
    "3.1": "1", "3.2": "1 2 3 4", "3.3": "1 2 3 4", "3.4": "1 2 3 4 5", "3.5": "1 2 3", "3.7": "1",
    "4.1": "1 2 3 5", "4.2": "1 2", "4.3": "1 2 3",
    "5.1": "1 2 3 4 5", "5.2": "1 2 3 4 5 6 7 8", "5.3": "1 2 3 4 5 6 7 8 9 10", "5.4": "1 2 3", "5.5": "1 2 3 4",
    "6.1": "1 2 3", "6.2": "1 2 3 4 5 6", "6.3": "1 2", "6.4": "1 2",
    "7.1": "1 2 3 4", "7.2": "1 2", "7.3": "1 3 4", "7.4": "1 2 3",
    "8.1": "1 2 3 4", "8.2": "1 2 3", "8.3": "1 2 3 4 5 6 7 8", "9.1": "1 2 3", "9.2": "1 2 3 4",
    "10.2": "1 2", "10.3": "1 2 3", "11.1": "1 2 3 4 5 6 7 8",
    "12.1": "1 2 3", "12.2": "1", "12.3": "1 2 3 4 5 6", "12.4": "1 2", "12.5": "1 2", "12.6": "1",
    "13.1": "1 3 4 5", "13.2": "1 2 3 5 6", "13.3": "1 2", "13.4": "1 2",
    "14.1": "1 2 3 4", "14.2": "1 2 3 4 5 6", "14.3": "2 3", "14.4": "1 2 3 4 5 6 7", "14.5": "1 2 3 4",
}  # fmt: skip
"""The requirements of levels 1 and 2 in version 4.0.3, by section; deleted ones and those of level 3 left out."""


def requirements() -> list[list[str]]:
    """The lines of the checklist: number, level, words, status, evidence."""
    page = (ROOT / "docs/security/asvs.md").read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in page.splitlines() if re.match(r"\| \d", line)]
    assert all(len(row) == 5 for row in rows), [row for row in rows if len(row) != 5]
    return rows


def test_every_requirement_is_there_once():
    wanted = [f"{section}.{number}" for section, numbers in NUMBERS.items() for number in numbers.split()]
    assert [row[0] for row in requirements()] == wanted


def test_every_claim_names_what_proves_it_and_every_gap_what_remains():
    page = (ROOT / "docs/security/asvs.md").read_text(encoding="utf-8")
    rows = requirements()
    for number, level, words, status, evidence in rows:
        assert level in "12" and status in STATUSES and words, number
        if status == "met":
            assert "`" in evidence or "docs/" in evidence or "Django" in evidence, number
        else:
            assert len(evidence) > 3, number
    for status in STATUSES:
        told = re.search(rf"^- \*\*{status}\*\*: .* (\d+)$", page, re.MULTILINE)
        assert told and int(told[1]) == sum(row[3] == status for row in rows), status


def test_the_standard_is_named_by_its_version_and_the_threat_model_keeps_to_two_pages():
    folder = ROOT / "docs/security"
    model = (folder / "threat-model.md").read_text(encoding="utf-8")
    assert (folder / "asvs.md").read_text(encoding="utf-8").startswith("# OWASP ASVS 4.0.3,")
    assert "OWASP ASVS 4.0.3" in model and "OWASP ASVS 4.0.3" in (ROOT / "SECURITY.md").read_text("utf-8")
    assert len(model.split()) <= 1_100


def test_every_piece_of_evidence_exists():
    missing = []
    for number, _level, _words, _status, evidence in requirements():
        for named in re.findall(
            r"`((?:src|tests|docs|scripts|\.ci)/[^`\s]+|[\w-]+\.(?:md|toml|lock|json))`", evidence
        ):
            path, _, test = named.partition("::")
            there = (ROOT / path).exists()
            if not there or (test and f"def {test}(" not in (ROOT / path).read_text(encoding="utf-8")):
                missing.append(f"{number}: {named}")
    assert not missing


def test_every_locked_dependency_is_on_the_dated_page():
    assert dependencies.PAGE.read_text(encoding="utf-8") == dependencies.page(), "run scripts/dependencies.py"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    reasons = tomllib.loads((ROOT / "scripts/dependencies.toml").read_text(encoding="utf-8"))
    for group, wanted in (
        ("runtime", [*project["project"]["dependencies"], *project["dependency-groups"]["spark"]]),
        ("development", project["dependency-groups"]["dev"]),
    ):
        names = {re.match(r"[\w.-]+", line)[0].casefold() for line in wanted}
        assert names == set(reasons[group]), (
            "each package we name has its reason in scripts/dependencies.toml"
        )


def code(*folders: str, ending: str = "*.py"):
    """Every file of ours, with its text; no tests."""
    for folder in folders or ("",):
        for path in (SOURCE / folder).rglob(ending):
            if "tests" not in path.parts and "vendor" not in path.parts:
                yield path, path.read_text(encoding="utf-8")


RUNS = re.compile(
    r"\b(?:eval|exec)\(|\bpickle\.|\bmarshal\.|\bshelve\.|yaml\.(?:load\((?!.*Loader=_)|unsafe_load\()|os\.system|os\.popen|shell=True"
    r"|\|safe\b|autoescape off|__import__\("
)


def test_nothing_that_runs_what_it_reads_is_used():
    found = [f"{path.name}: {hit}" for path, text in code() for hit in RUNS.findall(text)]
    found += [f"{path.name}: {hit}" for path, text in code(ending="*.html") for hit in RUNS.findall(text)]
    assert not found


DRAWN = {
    "ui/templatetags/youlin_ui.py",
    "ui/icons.py",
    "doors/qr_codes.py",
    "doors/desk/cases.py",
    "apps/cases/admin.py",
}
"""Drawings made by code of ours, and an icon's lines: `test_stored_markup` proves that names in them are words."""


def test_only_drawings_of_ours_are_taken_as_markup():
    assert {str(path.relative_to(SOURCE)) for path, text in code() if "mark_safe(" in text} <= DRAWN


def test_scripts_run_no_text():
    wrong = re.compile(
        r"\beval\(|new Function\(|document\.write|insertAdjacentHTML|\.outerHTML\s*=|set(?:Timeout|Interval)\(['\"`]"
    )
    found = [f"{path.name}: {hit}" for path, text in code(ending="*.js") for hit in wrong.findall(text)]
    assert not found


def test_no_weak_digest_or_cipher_is_used():
    weak = re.compile(
        r"(?i)hashlib\.(?:md5|sha1)|\bmodes\.ECB|\bDES\b|\bRC4\b|\brandom\.(?:choice|randint|random)\(.*(?:token|key|code)"
    )
    assert not [f"{path.name}: {hit}" for path, text in code() for hit in weak.findall(text)]


def test_nothing_calls_out_but_the_one_room_that_may():
    ways = re.compile(
        r"^\s*(?:import|from) (?:requests|httpx|aiohttp|urllib\.request|http\.client|ftplib|smtplib|socket)\b",
        re.MULTILINE,
    )
    callers = {str(path.relative_to(SOURCE)) for path, text in code() if ways.search(text)}
    assert callers <= ALLOWED, callers - ALLOWED


ALLOWED = {
    "kernel/outgoing.py",
    "apps/notices/adapters/smtp.py",
    "config/supervisor.py",
    "kernel/media/scanning.py",
    "kernel/jobs/machine.py",
}
"""Calls outward; mail to the configured server; the supervisor asking its own server whether it is
awake; the operator's malware scanner; a worker asking for the name of its own machine."""


@pytest.mark.parametrize("folder", ["src", "tests", "scripts", "deploy", "docs"])
def test_no_secret_lies_in_the_code(folder):
    looks = re.compile(
        r"-----BEGIN (?:RSA |EC |OPENSSH )?PRIVATE KEY|AKIA[0-9A-Z]{16}|ghp_[A-Za-z0-9]{36}|xox[bp]-[0-9A-Za-z-]{20,}"
        r"|(?i:secret_key|api_key|password)\s*=\s*[\"'][A-Za-z0-9+/_-]{24,}[\"']"
    )
    found = []
    for path in (ROOT / folder).rglob("*"):
        if path.suffix in (".py", ".md", ".toml", ".yaml", ".yml", ".sh", ".json", ".html", ".js", ".conf"):
            found += [
                f"{path.name}: {hit[:30]}"
                for hit in looks.findall(path.read_text(encoding="utf-8", errors="replace"))
            ]
    assert not found
