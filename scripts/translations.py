"""Translations without gettext's tools: `collect` updates the English catalogue, `check` holds it complete,
`compile` writes what Django reads.

Chinese is the source language, so every Chinese string marked for translation must have English words.
"""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "youlin"
PO = SOURCE / "locale" / "en" / "LC_MESSAGES" / "django.po"
KEYWORDS = {
    name: spec
    for names, spec in (
        (("_", "_lazy", "gettext", "gettext_lazy", "gettext_noop"), None),
        (("ngettext", "ngettext_lazy"), (1, 2)),
        (("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    )
    for name in names
}


def python_of(path: Path) -> str:
    """The file as Python: templates go through Django's own translator to code with gettext calls."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return text
    from django.utils.translation.template import templatize

    return "".join(
        line if line.lstrip().startswith(("_(", "gettext", "ngettext", "pgettext", "npgettext")) else "\n"
        for line in _calls(templatize(text))
    )


def _calls(source: str) -> Iterator[str]:
    import re

    for line in source.splitlines():
        for found in re.finditer(r"\b(?:n?p?gettext|_)\((?:[^()]|\([^()]*\))*\)", line):
            yield found.group(0) + "\n"


def collected() -> Catalog:
    """Every marked message of code and templates, with the files it is in."""
    import django
    from django.conf import settings

    if not settings.configured:
        settings.configure(USE_I18N=True)
        django.setup()
    catalog = Catalog(locale="en", project="youlin", version="", charset="utf-8")
    files = [p for p in SOURCE.rglob("*") if p.suffix in (".py", ".html", ".txt") and _ours(p)]
    for path in sorted(files):
        code = io.BytesIO(python_of(path).encode())
        for _line, function, messages, _comments in extract_python(code, KEYWORDS, [], {"encoding": "utf-8"}):
            context, message = _split(function, messages)
            if message and (message if isinstance(message, str) else message[0]):
                catalog.add(message, locations=[(str(path.relative_to(ROOT)), 0)], context=context)
    return catalog


def _ours(path: Path) -> bool:
    return not {"tests", "migrations", "vendor", "static", "data"} & set(path.parts)


def _split(function: str, messages: object) -> tuple[str | None, str | tuple[str, ...] | None]:
    parts = [messages] if isinstance(messages, str) else [m for m in messages or () if isinstance(m, str)]
    if not parts:
        return None, None
    if function.startswith("pgettext"):
        return parts[0], parts[1] if len(parts) > 1 else None
    if function.startswith("ngettext"):
        return None, tuple(parts[:2]) if len(parts) > 1 else None
    return None, parts[0]


def known() -> Catalog:
    """The English catalogue as it is on disk."""
    if not PO.exists():
        return Catalog(locale="en")
    with PO.open("rb") as file:
        return read_po(file, locale="en")


def collect() -> int:
    """Write newly marked messages into the catalogue and drop those that nobody uses."""
    fresh, old = collected(), known()
    for message in fresh:
        if message.id:
            before = old.get(message.id, message.context)
            if before is not None and before.string:
                message.string = before.string
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, fresh, width=110, sort_output=True, omit_header=False, include_lineno=False)
    missing = [m.id for m in fresh if m.id and not _complete(m.string)]
    print(f"{len(fresh)} messages, {len(missing)} without English")
    return 0


def _complete(string: object) -> bool:
    return all(string) if isinstance(string, list | tuple) else bool(string)


def check() -> int:
    """Fail for every marked message without English words."""
    fresh, old = collected(), known()
    missing = []
    for message in fresh:
        if message.id:
            there = old.get(message.id, message.context)
            if there is None or not _complete(there.string):
                missing.append((message.id, message.locations[0][0] if message.locations else ""))
    for text, where in missing:
        print(f"no English for {text!r} ({where})")
    if missing:
        print(
            f"{len(missing)} messages without English: `python scripts/translations.py collect`, then fill them in"
        )
    return 1 if missing else 0


def compile_catalogue() -> int:
    """Write the .mo file that Django reads."""
    with PO.with_suffix(".mo").open("wb") as file:
        write_mo(file, known())
    return 0


if __name__ == "__main__":
    sys.exit({"collect": collect, "check": check, "compile": compile_catalogue}[sys.argv[1]]())
