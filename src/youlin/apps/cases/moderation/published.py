"""The words of cases as the public reads them: approved ones, else masked ones, else none."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from youlin.apps.cases.models import Case, PublishedWords
from youlin.apps.cases.moderation import birth, findings
from youlin.kernel import search
from youlin.kernel.journal import JournalEntry

SEARCH_KIND = "cases.published"
"""Under which kind redacted words stand in the search table; words shown as they are stand with the case."""


def of(cases: Sequence[Case]) -> dict[UUID, PublishedWords]:
    """What was approved of these cases. One query, none for cases nobody decided on."""
    decided = [case for case in cases if case.moderation in (birth.SHOWN, birth.MORE)]
    if not decided:
        return {}
    rows = PublishedWords.objects.filter(
        district__in={case.district for case in decided}, case_id__in=[case.id for case in decided]
    )
    return {row.case_id: row for row in rows}


def title(case: Case, words: PublishedWords | None) -> str:
    """The title the public reads."""
    return words.title if words else findings.masked(case.title)


def description(case: Case, words: PublishedWords | None) -> str:
    """The text the public reads."""
    return words.description if words else findings.masked(case.description)


def address(case: Case, words: PublishedWords | None) -> str:
    """The address the public reads."""
    return words.address if words else findings.masked(case.address)


def note(case: Case, words: PublishedWords | None, entry: JournalEntry) -> str:
    """An answer as the public reads it: approved words; before that, only where the type shows first."""
    if words is not None and str(entry.id) in words.notes:
        return str(words.notes[str(entry.id)])
    if case.case_type.moderation == birth.AFTER and (words is None or entry.at > words.decided_at):
        return findings.masked(entry.note)
    return ""


def matching(text: str, districts: tuple[str, ...], plainly: Q) -> Q:
    """Cases whose public words contain `text`; `plainly` finds them by the words of the case itself."""
    redacted = PublishedWords.objects.filter(
        district=OuterRef("district"), case_id=OuterRef("pk"), redacted=True
    )
    hits = search.matching_ids(district=districts, kind=SEARCH_KIND, query=text)
    return (plainly & ~Q(Exists(redacted))) | Q(district__in=districts, id__in=hits)


def index(case: Case, words: PublishedWords, category_name: str) -> None:
    """Let redacted words be found, and the words they replace not."""
    if not words.redacted:
        search.remove(district=case.district, kind=SEARCH_KIND, object_id=case.id)
        return
    parts = (case.number, words.title, words.description, words.address, category_name)
    text = "\n".join(part for part in parts if part)
    search.index(district=case.district, kind=SEARCH_KIND, object_id=case.id, text=text)


def notes_of(entries: Sequence[JournalEntry], acts: frozenset[str]) -> Mapping[str, str]:
    """The answers given on a case, by entry: what a moderator may let out."""
    return {str(entry.id): entry.note for entry in entries if entry.act in acts and entry.note}
