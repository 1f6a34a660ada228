"""Write docs/security/dependencies.md: every locked package, why it is there, what it touches, when it was released.

Reads `uv.lock`, `package-lock.json` and `scripts/dependencies.toml`; needs no network. `--check` writes nothing and
fails where the page is behind.
"""

import json
import sys
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "security" / "dependencies.md"

HEAD = """# What we depend on

Made by `.venv/bin/python scripts/dependencies.py` from `uv.lock`, `package-lock.json` and the reasons in
`scripts/dependencies.toml`; reviewed on {reviewed}. All are pinned with hashes and come from PyPI and npm; nothing is
fetched at run time. "Released" is the day that the lock file gives for the files; npm's lock gives none.

Known weaknesses: `make audit` asks the public database. Where that cannot be reached, this page is what was looked at
by hand: each package we name, who brings each of the others, and how old it is.
"""


def locked() -> dict[str, dict[str, Any]]:
    """The packages of `uv.lock` by name, without our own."""
    packages = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
    return {one["name"]: one for one in packages if one["name"] != "youlin"}


def released(package: dict[str, Any]) -> str:
    """The day of the newest file of a package."""
    files = [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
    days = [str(file["upload-time"])[:10] for file in files if "upload-time" in file]
    return max(days, default="not told")


def brought_by(packages: dict[str, dict[str, Any]]) -> dict[str, list[str]]:
    """Who needs each package."""
    found = defaultdict(set)
    for name, package in packages.items():
        optional = [one for group in package.get("optional-dependencies", {}).values() for one in group]
        for needed in [*package.get("dependencies", []), *optional]:
            found[needed["name"]].add(name)
    return {name: sorted(users) for name, users in found.items()}


def front_end() -> dict[str, dict[str, Any]]:
    """The packages of `package-lock.json` by name."""
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    return {path.removeprefix("node_modules/"): one for path, one in lock["packages"].items() if path}


def named(title: str, reasons: dict[str, list[str]], versions: dict[str, tuple[str, str]]) -> list[str]:
    """The table of packages that we name ourselves."""
    lines = [f"## {title}", "", "| package | version | released | why | touches |", "|---|---|---|---|---|"]
    for name, (why, touches) in sorted(reasons.items()):
        version, day = versions[name]
        lines.append(f"| `{name}` | {version} | {day} | {why} | {touches} |")
    return [*lines, ""]


def page() -> str:
    """The whole page."""
    reasons = tomllib.loads((ROOT / "scripts" / "dependencies.toml").read_text(encoding="utf-8"))
    packages, browser = locked(), front_end()
    users = brought_by(packages)
    python = {name: (one["version"], released(one)) for name, one in packages.items()}
    npm = {name: (one["version"], "–") for name, one in browser.items()}
    ours = {*reasons["runtime"], *reasons["development"]}
    lines = [HEAD.format(reviewed=reasons["reviewed"])]
    lines += named("Python, at run time", reasons["runtime"], python)
    lines += named("Python, for building and testing", reasons["development"], python)
    lines += named("In the browser", reasons["frontend"], npm)
    lines += ["## Brought along", "", "| package | version | released | by |", "|---|---|---|---|"]
    for name, (version, day) in sorted(python.items()):
        if name not in ours:
            lines.append(f"| `{name}` | {version} | {day} | {', '.join(users.get(name, []))} |")
    others = sorted(set(npm) - set(reasons["frontend"]))
    lines += [f"| `{name}` | {npm[name][0]} | – | npm |" for name in others]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the page, or say that it is behind."""
    if "--check" in sys.argv:
        if PAGE.read_text(encoding="utf-8") != page():
            sys.exit(
                "docs/security/dependencies.md is behind: run scripts/dependencies.py and review what is new"
            )
        return
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
