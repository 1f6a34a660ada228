"""What a new case, and a photo that comes to a case, may show before anybody has looked at it."""

from typing import NamedTuple

from youlin.apps.cases.models import Case, CaseType

REQUIRED, AFTER = "required", "after"
WAITING, UNCHECKED, MORE, SHOWN, PRIVATE = "waiting", "unchecked", "more", "shown", "private"


class Standing(NamedTuple):
    """Whether it shows now, and what a moderator has still to decide."""

    public: bool
    moderation: str


def of_case(case_type: CaseType, *, protected: bool = False) -> Standing:
    """A new case of this type; a protected reporter's and a confidential one is never for the public."""
    if not case_type.public or case_type.confidential or protected:
        return Standing(False, "")
    return Standing(False, WAITING) if case_type.moderation == REQUIRED else Standing(True, UNCHECKED)


def of_photo(case: Case, kind: str) -> Standing:
    """A photo of a case that is or may become public; sound never shows."""
    if kind != "photo" or case.moderation in ("", PRIVATE):
        return Standing(False, "")
    return Standing(case.public and case.case_type.moderation == AFTER, WAITING)


def after_more(case: Case) -> str:
    """How a case stands once it says or shows something new: what is decided must be looked at again."""
    return MORE if case.moderation == SHOWN else case.moderation
