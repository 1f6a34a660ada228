"""What exists is documented: settings, commands, journal acts, verbs, apps."""

import re
from pathlib import Path

import click
import pytest

from youlin.config.cli import COMMANDS, main

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


def test_every_setting_is_documented():
    code = (ROOT / "src/youlin/config/settings.py").read_text(encoding="utf-8")
    names = set(re.findall(r'env\.\w+\(\s*"(\w+)"', code)) | {"PORT", "HOST"}
    page = (DOCS / "operator/settings.md").read_text(encoding="utf-8")
    assert not [name for name in sorted(names) if f"`{name}`" not in page]


def test_every_command_is_documented():
    page = (DOCS / "operator/commands.md").read_text(encoding="utf-8")
    context = click.Context(main)
    missing = []
    for name in COMMANDS:
        command = main.get_command(context, name)
        names = [f"{name} {sub}" for sub in command.commands] if isinstance(command, click.Group) else [name]
        missing += [n for n in names if f"`youlin {n}" not in page]
    assert not missing


def test_every_journal_act_is_documented():
    from youlin.kernel import journal

    page = (DOCS / "developer/journal-acts.md").read_text(encoding="utf-8")
    ours = [act for act in sorted(journal.registered_acts()) if not act.startswith("tests.")]
    assert not [act for act in ours if f"`{act}`" not in page]


def test_every_verb_is_documented():
    from youlin.apps.duties import verbs

    page = (DOCS / "developer/verbs.md").read_text(encoding="utf-8")
    assert not [verb for verb in sorted(verbs.registered()) if f"`{verb}`" not in page]


@pytest.mark.parametrize(
    "folder",
    [p for p in (ROOT / "src/youlin/apps").iterdir() if (p / "apps.py").exists()],
    ids=lambda p: p.name,
)
def test_every_app_says_what_it_is_for(folder):
    assert len((folder / "README.md").read_text(encoding="utf-8").splitlines()) >= 10


def test_the_project_names_no_folder_of_a_machine():
    folders = re.compile(r"(?<![\w.])/(?:work|root|home/\w+)/")
    found = []
    for path in ROOT.rglob("*"):
        if path.suffix in (".py", ".md", ".html", ".js", ".css", ".yaml", ".toml") and path.is_file():
            if {".venv", ".git", "node_modules", "vendor", ".tools", "var"} & set(
                path.relative_to(ROOT).parts
            ):
                continue
            found += [f"{path}: {m.group(0)}" for m in folders.finditer(path.read_text(encoding="utf-8"))]
    assert not found
