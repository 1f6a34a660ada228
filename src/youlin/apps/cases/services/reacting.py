"""What the system does by itself when something is journalled. Programmes declare when; these are the deeds.

`cases.file_and_dispatch` (also `cases.go_on`): do the acts the table declares automatic, or `acts` in order.
`cases.notify_holder`, `cases.notify_reporter`: a message, in the words of the parameters; with `states` only
while the case is still in one of them, so that nobody is told late of what is over. Reporters who left a contact
and have no account are written to by SMS or mail.

Each takes many entries in as many queries as one.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from youlin.apps.cases import lookup
from youlin.apps.cases.models import Case, CaseReporter
from youlin.apps.cases.services import going_on
from youlin.apps.cases.services.reporters import Reporters
from youlin.apps.cases.services.wording import Wording, use_wordings
from youlin.apps.duties import selectors as duties
from youlin.apps.notices import services as notices
from youlin.apps.parties import selectors as parties
from youlin.kernel.journal import JournalEntry

__all__ = ["go_on", "notify_holder", "notify_reporter", "use_wordings"]

Told = Sequence[tuple[JournalEntry, Case]]
"""Entries with the cases they speak of, as these stand now."""
People = Sequence[tuple[JournalEntry, Case, UUID, str]]
"""The same with somebody to be told, and the page that their message leads to."""


def go_on(entries: Sequence[JournalEntry], params: dict[str, Any]) -> None:
    """Do what needs no person. Params: `acts`, a list of acts to do in order instead of the automatic ones."""
    wanted = tuple(params.get("acts", ()))
    going_on.go_on(district=entries[0].district, case_ids=_case_ids(entries), wanted=wanted)


def notify_holder(entries: Sequence[JournalEntry], params: dict[str, Any]) -> None:
    """Tell those whose turn it is, unless they did it themselves. Params: see `wording.Wording`."""
    told = _told(entries, params)
    doors = duties.doors_of(district=entries[0].district, kinds={case.holder_duty for _entry, case in told})
    people = [
        (entry, case, case.holder_id, f"/{doors[case.holder_duty]}/case/{{number}}/")
        for entry, case in told
        if case.holder_id is not None and case.holder_id != entry.actor_person
    ]
    _tell(people, params, kind="cases.holder", title=_("案件 {number} 派给您：{title}"))


def notify_reporter(entries: Sequence[JournalEntry], params: dict[str, Any]) -> None:
    """Tell everybody who reported a case or joined it and can be told, also those who were merged away.

    Params: see `wording.Wording`.
    """
    told = _told(entries, params)
    default = _("您反映的 {number} 有了新进展：{state}")
    reporters = Reporters([case for _entry, case in told])
    people = [
        (entry, case, person_id, "/track/{number}/")
        for entry, case in told
        for person_id in reporters.people(case)
        if person_id != entry.actor_person
    ]
    _tell(people, params, kind="cases.reporter", title=default)
    contacts = [
        (entry, case, reporter)
        for entry, case in told
        if not case.is_demo
        for reporter in reporters.contacts(case)
    ]
    _write(contacts, params, default)


def _case_ids(entries: Sequence[JournalEntry]) -> list[UUID]:
    return [entry.subject_id for entry in entries if entry.subject_kind == "cases.case"]


def _told(entries: Sequence[JournalEntry], params: dict[str, Any]) -> Told:
    """The entries of cases that are still where the message means something."""
    rows = Case.objects.filter(district=entries[0].district, id__in=_case_ids(entries))
    cases = {case.id: case for case in lookup.with_types(list(rows))}
    states = params.get("states")
    found = [(entry, cases[entry.subject_id]) for entry in entries if entry.subject_id in cases]
    return [(entry, case) for entry, case in found if not states or case.state in states]


def _tell(people: People, params: dict[str, Any], *, kind: str, title: str) -> None:
    """A notice to each of these people about their case, each in their own language."""
    if not people:
        return
    wording = Wording([case for _entry, case, _person, _link in people], params)
    languages = parties.languages_of({person for _entry, _case, person, _link in people})
    messages = []
    for entry, case, person_id, link in people:
        words = wording.of(case, languages[person_id], title=title, link=link)
        message = notices.Message(
            person_id=person_id, kind=kind, key=f"{entry.id.hex}:{kind}", subject=case, **words._asdict()
        )
        messages.append(message)
    notices.notify_many(district=people[0][1].district, messages=messages)


def _write(
    contacts: Sequence[tuple[JournalEntry, Case, CaseReporter]], params: dict[str, Any], default: str
) -> None:
    """To those who left a contact and have no account: what happened, and how to look it up.

    A protected informant is never written to: whoever holds the phone could learn of it. The token is only
    kept as a digest, so the message opens nothing; the receipt does.
    """
    if not contacts:
        return
    wording = Wording([case for _entry, case, _reporter in contacts], params)
    letters = []
    for entry, case, reporter in contacts:
        title = wording.of(case, settings.LANGUAGE_CODE, title=default, active=True).title
        text = _("%(title)s。凭回执上的编号和查询凭据可在%(where)s查看。") % {
            "title": title,
            "where": _tracking_page(),
        }
        key = f"{entry.id.hex}:{reporter.id.hex}"
        letters.append(notices.Words(contact=reporter.contact, key=key, title=title, text=text, subject=case))
    notices.write_many(district=contacts[0][1].district, letters=letters)


def _tracking_page() -> str:
    """Where a number and its token are typed in: the address, or its name while nobody has set one."""
    return f" {settings.PUBLIC_URL.rstrip('/')}/track/ " if settings.PUBLIC_URL else _("查询页")
