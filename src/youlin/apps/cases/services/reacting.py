"""What the system does by itself when something is journalled. Programmes declare when; these are the deeds.

`cases.file_and_dispatch` (also `cases.go_on`): do the acts the table declares automatic, or `acts` in order.
`cases.notify_holder`, `cases.notify_reporter`: a message, in the words of the parameters; with `states` only
while the case is still in one of them, so that nobody is told late of what is over. Reporters who left a contact
and have no account are written to by SMS or mail.
"""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.cases import clocks, lookup
from youlin.apps.cases.models import Case, CaseReporter, Category
from youlin.apps.cases.services import acts
from youlin.apps.duties import selectors as duties
from youlin.apps.notices import services as notices
from youlin.apps.parties import selectors as parties
from youlin.kernel import clock
from youlin.kernel.journal import JournalEntry

Wordings = Callable[[str, str], Mapping[str, Any] | None]
"""The words that a district declares under a code: title, title_en, body, body_en, urgent."""

_wordings: list[Wordings] = []

MOST_REPORTERS = 500


def use_wordings(find: Wordings) -> None:
    """Let a higher room say where the words of notices come from; the last one to do so counts."""
    _wordings[:] = [find]


def go_on(entry: JournalEntry, params: dict[str, Any]) -> None:
    """Do what needs no person. Params: `acts`, a list of acts to do in order instead of the automatic ones."""
    case = _case(entry)
    if case is not None and case.is_open:
        acts.go_on(case, key=f"reaction:{entry.id.hex}", acts=tuple(params.get("acts", ())))


def notify_holder(entry: JournalEntry, params: dict[str, Any]) -> None:
    """Tell the one whose turn it is, unless they did it themselves. Params: see `_words`."""
    case = _case(entry)
    if case is None or case.holder_id is None or case.holder_id == entry.actor_person or _over(case, params):
        return
    default = _("案件 {number} 派给您：{title}")
    door = duties.door_of(district=case.district, kind=case.holder_duty)
    link = f"/{door}/case/{{number}}/"
    _tell(case, case.holder_id, entry, params, kind="cases.holder", title=default, link=link)


def notify_reporter(entry: JournalEntry, params: dict[str, Any]) -> None:
    """Tell everybody who reported the case or joined it and can be told, also those who were merged away.

    Params: see `_words`.
    """
    case = _case(entry)
    if case is None or _over(case, params):
        return
    reporters = _reporters(case).filter(person_id__isnull=False)
    people = reporters.order_by("created_at").values_list("person_id", flat=True).distinct()
    default = _("您反映的 {number} 有了新进展：{state}")
    for person_id in people[:MOST_REPORTERS]:
        if person_id is not None and person_id != entry.actor_person:
            _tell(
                case, person_id, entry, params, kind="cases.reporter", title=default, link="/track/{number}/"
            )
    _write(case, entry, params, default)


def _reporters(case: Case) -> QuerySet[CaseReporter]:
    return CaseReporter.objects.filter(Q(case=case) | Q(came_from=case), district=case.district)


def _write(case: Case, entry: JournalEntry, params: dict[str, Any], default: str) -> None:
    """To those who left a contact and have no account: what happened, and how to look it up.

    A protected informant is never written to: whoever holds the phone could learn of it. The token is only
    kept as a digest, so the message opens nothing; the receipt does.
    """
    if case.is_demo:
        return
    rows = _reporters(case).filter(person_id__isnull=True, protected=False)
    values = facts(case)
    words = _words(case.district, params, settings.LANGUAGE_CODE)
    title = _filled(words.get("title") or default, values)
    for reporter in rows.exclude(contact="").order_by("created_at")[:MOST_REPORTERS]:
        notices.write(
            district=case.district,
            contact=reporter.contact,
            key=f"{entry.id.hex}:{reporter.id.hex}",
            title=title,
            text=_("%(title)s。凭回执上的编号和查询凭据可在%(where)s查看。")
            % {"title": title, "where": _tracking_page()},
            subject=case,
        )


def _tracking_page() -> str:
    """Where a number and its token are typed in: the address, or its name while nobody has set one."""
    return f" {settings.PUBLIC_URL.rstrip('/')}/track/ " if settings.PUBLIC_URL else _("查询页")


def facts(case: Case) -> dict[str, str]:
    """What the words of a notice may name, in the active language. Nothing personal, nothing confidential."""
    table = lookup.table_of(case.case_type)
    category = Category.objects.filter(district=case.district, code=case.category).first()
    due = timezone.localtime(case.due_at, timezone.get_default_timezone()) if case.due_at else None
    lights = {"ok": _("未到期"), "soon": _("将到期"), "late": _("已逾期"), "none": _("无时限")}
    return {
        "number": case.number,
        "title": _("保密案件") if case.confidential else case.title,
        "category": category.name if category else case.category,
        "area": areas.name_path(case.area_now),
        "state": table.state(case.state).title(),
        "due": formats.date_format(due, "m-d H:i") if due else "",
        "light": lights[clocks.light(case, clock.now())],
        "kept": case.duplicate_of.number if case.duplicate_of else case.number,
    }


def _case(entry: JournalEntry) -> Case | None:
    if entry.subject_kind != "cases.case":
        return None
    rows = Case.objects.filter(district=entry.district, id=entry.subject_id)
    return rows.select_related("case_type").first()


def _over(case: Case, params: Mapping[str, Any]) -> bool:
    """Whether the case has left the states in which the message still means something."""
    return bool(params.get("states")) and case.state not in params["states"]


def _tell(
    case: Case,
    person_id: UUID,
    entry: JournalEntry,
    params: dict[str, Any],
    *,
    kind: str,
    title: str,
    link: str,
) -> None:
    language = parties.language_of(person_id)
    with translation.override(language):
        values = facts(case)
        words = _words(case.district, params, language)
        notices.notify(
            district=case.district,
            person_id=person_id,
            kind=kind,
            key=f"{entry.id.hex}:{kind}",
            title=_filled(words.get("title") or title, values),
            body=_filled(words.get("body") or "", values),
            link=_filled(str(params.get("link") or link), values),
            urgent=bool(words.get("urgent", False)),
            subject=case,
        )


def _words(district: str, params: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Title and body: by `wording` (a code that the district declares), else `title`, `body` and `…_en`."""
    found: Mapping[str, Any] = params
    code = params.get("wording")
    if code:
        declared = next((words for find in _wordings if (words := find(district, str(code)))), None)
        found = {**(declared or {}), **{key: value for key, value in params.items() if key != "wording"}}
    english = "_en" if language.startswith("en") else ""
    return {
        "title": found.get(f"title{english}") or found.get("title"),
        "body": found.get(f"body{english}") or found.get("body"),
        "urgent": found.get("urgent", False),
    }


def _filled(words: str, values: Mapping[str, str]) -> str:
    """The words with `{number}` and the like filled in; what is unknown stays as written."""
    for name, value in values.items():
        words = words.replace("{" + name + "}", value)
    return words
