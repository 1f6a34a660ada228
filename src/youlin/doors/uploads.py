"""Photos and sound that come with a form: handed to `kernel.media`, every refusal told by file."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid, Problem
from youlin.kernel.media import services as media

MOST_PHOTOS = 9


def received(
    request: HttpRequest,
    actor: Actor,
    district: str,
    *,
    purpose: str,
    names: Sequence[str] = ("photos", "audio"),
) -> list[UUID]:
    """Take every file of the form; ids in the order given. Raises Invalid naming each file that is refused."""
    files = [file for name in names for file in request.FILES.getlist(name)]
    if len(files) > MOST_PHOTOS + 1:
        raise Invalid(_("照片最多 %d 张") % MOST_PHOTOS, field="photos")
    taken, problems = [], []
    for file in files:
        try:
            taken.append(_receive(file, actor, district, purpose))
        except Invalid as error:
            problems += [Problem("photos", f"{file.name}：{p.message}", p.remedy) for p in error.problems]
    if problems:
        raise Invalid(problems=problems)
    return taken


def _receive(file: Any, actor: Actor, district: str, purpose: str) -> UUID:
    kept = media.receive(district=district, actor=actor, name=file.name or "", data=file, purpose=purpose)
    found: UUID = kept.id
    return found
