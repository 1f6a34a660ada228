"""Reads of programmes: what is in force, menu entries, wordings, the demonstration's cast."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import get_language

from youlin.apps.duties import selectors as duties
from youlin.kernel.actors import Actor
from youlin.programmes import loader
from youlin.programmes.demo import files
from youlin.programmes.models import AppliedProgramme, DemoLoad


@dataclass(frozen=True)
class InForce:
    """A programme in force in a district."""

    district: str
    code: str
    version: str
    name: str
    applied_at: datetime


@dataclass(frozen=True)
class MenuItem:
    """An entry that a programme adds to a door's menu."""

    code: str
    name: str
    link: str


@dataclass(frozen=True)
class CastCard:
    """One of the demonstration's cast: sign in as `username`; `home` is the door where they work."""

    username: str
    name: str
    role: str
    words: str
    home: str


def cast() -> list[CastCard]:
    """The cast of the demonstration that is loaded, for the page where one may be any of them; else nobody.

    The page must ask `settings.DEMO` and that the visitor comes from this machine.
    """
    loaded = DemoLoad.objects.exclude(finished_at=None).first()
    if loaded is None:
        return []
    english = (get_language() or "").startswith("en")
    return [
        CastCard(
            username=member.username,
            name=member.name,
            role=member.role_en if english else member.role,
            words=member.try_en if english else member.try_,
            home=member.home,
        )
        for member in files.read(loader.FOLDER / loaded.pack).people.cast
    ]


def in_force(district: str = "") -> list[InForce]:
    """The programmes in force, in one district or in all."""
    rows = AppliedProgramme.objects.filter(retired_at=None).order_by("district", "code")
    if district:
        rows = rows.filter(district=district)
    return [
        InForce(row.district, row.code, row.version, _named(row.declarations), row.applied_at) for row in rows
    ]


def menu(actor: Actor, *, door: str, district: str) -> list[MenuItem]:
    """The entries of a door's menu in a district that the actor's duties allow."""
    held = duties.access(actor)
    allowed = [
        (code, entry)
        for code, entry in _section(district, "menu").items()
        if entry["door"] == door and (not entry["verb"] or held.holds_any(entry["verb"]))
    ]
    return [MenuItem(code, _named(entry), entry["link"]) for code, entry in allowed]


def wording(district: str, code: str) -> dict[str, Any] | None:
    """The words of a notice as the programme in force declares them."""
    return _section(district, "notices").get(code)


def _section(district: str, section: str) -> dict[str, Any]:
    """One section of what programmes in force declare: the database cuts it out, the whole would be long to read."""
    found: dict[str, Any] = {}
    rows = AppliedProgramme.objects.filter(district=district, retired_at=None).order_by("code")
    for declared in rows.values_list(f"declarations__{section}", flat=True):
        found |= declared or {}
    return found


def _named(declared: dict[str, Any]) -> str:
    english = (get_language() or "").startswith("en")
    return str(declared["name_en"] if english else declared["name"])
