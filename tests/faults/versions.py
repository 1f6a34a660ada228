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
    """The last release, as `scripts/released_migrations.txt` names it."""
    spec = importlib.util.spec_from_file_location("safe_migrations", ROOT / "scripts" / "safe_migrations.py")
    safe = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(safe)
    known = subprocess.run(["git", "cat-file", "-e", f"{safe.version()}^{{commit}}"], cwd=ROOT)
    if known.returncode:
        raise SystemExit("this needs the project's history (git fetch --unshallow), or --old REF")
    return git("rev-parse", safe.version())


def git(*command: str) -> str:
    """What git says."""
    done = subprocess.run(["git", *command], cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout.strip()
