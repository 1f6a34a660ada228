"""The version before: which it is, and its program in a folder of its own, with an environment of its own if need be."""

import importlib.util
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.faults.running import ROOT

MADE = ("src/youlin/ui/static/vendor", "src/youlin/locale/en/LC_MESSAGES/django.mo")
"""What `make setup` puts beside the sources."""


@dataclass(frozen=True)
class Version:
    """A program: its folder and its Python."""

    name: str
    folder: Path
    python: str

    def environment(self, given: dict) -> dict:
        """`given`, with this version's sources."""
        ours = [str(self.folder), str(self.folder / "src")]
        return {**given, "PYTHONPATH": os.pathsep.join(ours)}

    def run(self, given: dict, *command: str) -> subprocess.CompletedProcess:
        """One command of `youlin`, to its end."""
        return subprocess.run(
            [self.python, "-m", "youlin.config.cli", *command],
            env=self.environment(given), cwd=self.folder, capture_output=True, text=True,
        )  # fmt: skip

    def begin(self, given: dict, log, *command: str) -> subprocess.Popen:
        """One command of `youlin` that goes on."""
        return subprocess.Popen(
            [self.python, "-m", "youlin.config.cli", *command],
            env=self.environment(given), cwd=self.folder, stdout=log, stderr=log,
        )  # fmt: skip


def this() -> Version:
    """The version of this folder."""
    return Version(git("rev-parse", "--short", "HEAD"), ROOT, sys.executable)


def before(ref: str, folder: Path) -> Version:
    """Another version, checked out into `folder`; its packages are ours if both lock the same."""
    git("worktree", "add", "--detach", "--force", str(folder), ref)
    for made in MADE:
        source, target = ROOT / made, folder / made
        target.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copy)(source, target)
    python = sys.executable
    if (folder / "uv.lock").read_bytes() != (ROOT / "uv.lock").read_bytes():
        uv = shutil.which("uv") or str(ROOT / ".tools/uv/bin/uv")
        environment = {**os.environ, "VIRTUAL_ENV": "", "UV_PROJECT_ENVIRONMENT": str(folder / ".venv")}
        subprocess.run([uv, "sync", "--frozen", "--quiet"], cwd=folder, env=environment, check=True)
        python = str(folder / ".venv" / "bin" / "python")
    return Version(ref[:9], folder, python)


def forget(version: Version) -> None:
    """Remove its folder."""
    git("worktree", "remove", "--force", str(version.folder))


def last() -> str:
    """The last release; where there is none, the commit before the first migration that no release has."""
    tag = subprocess.run(
        ["git", "describe", "--tags", "--abbrev=0"], cwd=ROOT, capture_output=True, text=True
    )
    if tag.returncode == 0:
        return tag.stdout.strip()
    added = [git("log", "--diff-filter=A", "--format=%ct %H", "--", str(file)) for file in _new_migrations()]
    if not all(added):
        raise SystemExit("this needs the project's history (git fetch --unshallow), or --old REF")
    return git("rev-parse", min(line for lines in added for line in lines.splitlines()).split()[1] + "^")


def _new_migrations() -> list[Path]:
    """The files of every migration that no release has."""
    spec = importlib.util.spec_from_file_location("safe_migrations", ROOT / "scripts" / "safe_migrations.py")
    safe = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(safe)
    import django

    django.setup()
    loader = safe.MigrationLoader(None)
    modules = (type(loader.disk_migrations[key]).__module__ for key in safe.new_ones(loader, safe.released()))
    return [Path(sys.modules[name].__file__).relative_to(ROOT) for name in modules]


def git(*command: str) -> str:
    """What git says."""
    done = subprocess.run(["git", *command], cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout.strip()
