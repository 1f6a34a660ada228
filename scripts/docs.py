"""The parts of docs/ that the program knows better than a writer: journal acts, verbs, the pictures of workflows."""

import os
import sys
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "youlin.config.settings")
ROOT = Path(__file__).resolve().parent.parent
DEVELOPER = ROOT / "docs" / "developer"


def acts() -> str:
    """Every act of the journal, by the app that writes it."""
    from youlin.kernel import journal

    lines = [
        "# Journal acts",
        "",
        "Every write appends one entry with one of these acts. Made by `make docs`.",
        "",
    ]
    lines += ["| act | in words |", "|---|---|"]
    lines += [f"| `{act}` | {words} |" for act, words in sorted(journal.registered_acts().items())]
    return "\n".join(lines) + "\n"


def verbs() -> str:
    """Every verb a duty can grant."""
    from youlin.apps.duties import verbs as registry

    lines = [
        "# Verbs",
        "",
        "What a kind of duty can grant, over the scope it is held for. Made by `make docs`.",
        "",
    ]
    lines += ["| verb | in words |", "|---|---|"]
    lines += [f"| `{verb}` | {words} |" for verb, words in sorted(registry.registered().items())]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write the files; exit code 0."""
    import django

    django.setup()
    for name, content in (("journal-acts.md", acts()), ("verbs.md", verbs())):
        (DEVELOPER / name).write_text(content, encoding="utf-8")
        print(f"docs/developer/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
