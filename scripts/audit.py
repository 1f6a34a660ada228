"""`make audit`: known weaknesses of the locked packages, from public databases; says plainly when none was asked.

Exit codes: 0 asked, nothing known · 1 weaknesses found · 75 not all could be asked: no result, look at the dated page.
"""

import re
import shutil
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOT_ASKED = 75
"""`EX_TEMPFAIL` of sysexits.h: nobody may take silence for a clean result."""
_AWAY = re.compile(
    r"(?i)request failed|error sending request|dns error|failed to lookup|timed out|ENOTFOUND|EAI_AGAIN|ECONN"
    r"|audit endpoint returned an error"
)


def reviewed() -> date:
    """The day on which the packages were last looked at by hand."""
    text = (ROOT / "scripts" / "dependencies.toml").read_text(encoding="utf-8")
    return date.fromisoformat(str(tomllib.loads(text)["reviewed"]))


def outcome(code: int, told: str) -> int:
    """What came of asking one database: 0 nothing known, 1 weaknesses, `NOT_ASKED`."""
    if code == 0:
        return 0
    return NOT_ASKED if _AWAY.search(told) else 1


def ask(what: str, command: list[str]) -> int:
    """Ask one database and print what it says."""
    if shutil.which(command[0]) is None and not Path(command[0]).exists():
        print(f"{what}: {command[0]} is not installed")
        return NOT_ASKED
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    told = done.stdout + done.stderr
    found = outcome(done.returncode, told)
    print(f"{what}: {WORDS[found]}")
    if found == 1:
        print(told)
    return found


WORDS = {
    0: "asked, nothing known",
    1: "WEAKNESSES FOUND",
    NOT_ASKED: "NOT ASKED, its database is out of reach",
}


def main(uv: str) -> int:
    """Ask for Python and for the browser's packages; the worst of both."""
    found = [
        ask("Python (uv.lock, OSV)", [uv, "audit", "--frozen", "--preview-features", "audit-command"]),
        ask("browser (package-lock.json, npm)", ["npm", "audit", "--package-lock-only"]),
    ]
    if NOT_ASKED in found:
        print(
            f"No result for what was not asked. Last looked at by hand: {reviewed():%Y-%m-%d}"
            " (docs/security/dependencies.md). Run this where the databases can be reached before a release."
        )
    return 1 if 1 in found else max(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "uv"))
