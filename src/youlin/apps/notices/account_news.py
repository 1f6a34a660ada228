"""People hear through their own channels when the way they sign in changes (OWASP ASVS 2.2.3, 2.5.5, 2.8.5).

Told from the journal, so that no way of changing it can forget to tell. Urgent: it rings at night.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from youlin.apps.duties import selectors as duties
from youlin.apps.notices import services
from youlin.apps.parties import credentials
from youlin.apps.parties import selectors as parties
from youlin.kernel import clock, journal, reactions
from youlin.kernel.journal import JournalEntry

KIND = "account.changed"
TITLES = {
    "parties.password_set": _lazy("您的登录密码已修改"),
    "parties.factor_added": _lazy("您的账号添加了一种登录方式：%(what)s"),
    "parties.factor_removed": _lazy("您的账号停用了一种登录方式：%(what)s"),
    "parties.recovery_code_used": _lazy("有人用恢复码登录了您的账号，还剩 %(left)s 个"),
    "parties.code_replayed": _lazy("您的验证码被用了第二次，已拒绝"),
    "parties.contact_added": _lazy("您的联系方式有增加：%(what)s"),
    "parties.contact_removed": _lazy("您的联系方式有减少：%(what)s"),
}
WHAT = {
    "totp": _lazy("验证器应用"),
    "webauthn": _lazy("安全密钥"),
    "recovery_codes": _lazy("恢复码"),
    "phone": _lazy("电话"),
    "email": _lazy("邮箱"),
    "wecom": _lazy("企业微信"),
}
"""Kinds that are spoken of; a browser's push subscription comes and goes without a word."""
LATE = timedelta(days=7)
"""What is older is no news: an installation that reads its whole journal again tells nobody of last year."""


def register() -> None:
    """Let the worker tell."""
    reactions.register_action("notices.tell_holder", tell)
    reactions.declare("notices.holder_hears_of_account", when=sorted(TITLES), do="notices.tell_holder")


def tell(entries: Sequence[JournalEntry], params: dict[str, Any]) -> None:
    """Tell the holder of each account; and the address itself when it was taken away."""
    spoken = [entry for entry in entries if _is_news(entry)]
    known = credentials.accounts_of(_person(entry) for entry in spoken) if spoken else {}
    for entry in spoken:
        account = known.get(_person(entry))
        if account is not None and account.date_joined < entry.at:
            _tell_one(entry, account.home_district)


def _is_news(entry: JournalEntry) -> bool:
    if entry.act.startswith("parties.contact_") and _what(entry) not in WHAT:
        return False
    replaced = entry.act == "parties.factor_removed" and _what(entry) == "recovery_codes"
    return bool(_person(entry)) and not replaced and entry.at > clock.now() - LATE


def _person(entry: JournalEntry) -> UUID | None:
    """Whose account: the subject of a contact's line, the related person of an account's."""
    if entry.subject_kind == "parties.person":
        return entry.subject_id
    found = [one["id"] for one in entry.related if one["kind"] == "parties.person"]
    return UUID(str(found[0])) if found else None


def _what(entry: JournalEntry) -> str:
    return str((entry.after or {}).get("kind") or (entry.before or {}).get("kind") or "")


def _tell_one(entry: JournalEntry, home: str) -> None:
    person_id = _person(entry)
    assert person_id is not None, "only entries about a person are told"
    districts = duties.all_districts()
    district = next((one for one in (entry.district, home) if one in districts), next(iter(districts), ""))
    if not district:
        return
    with translation.override(parties.language_of(person_id)):
        title = str(TITLES[entry.act]) % {
            "what": WHAT.get(_what(entry), ""),
            "left": (entry.after or {}).get("left", ""),
        }
        body = _("如果不是您本人，请马上到“登录与安全”结束其他登录，并联系本单位管理员。")
        services.notify(
            district=district,
            person_id=person_id,
            kind=KIND,
            key=f"account:{entry.id}",
            title=title,
            body=body,
            link="/accounts/security/",
            urgent=True,
        )
        if entry.act == "parties.contact_removed":
            _tell_address(entry, district, title, body)


def _tell_address(entry: JournalEntry, district: str, title: str, text: str) -> None:
    """A line to the address that was taken away: whoever took it cannot keep that from its owner."""
    for part in journal.opened(entry).values():
        if part.get("kind") in ("phone", "email"):
            services.write(
                district=district,
                contact=str(part["value"]),
                key=f"account:{entry.id}",
                title=title,
                text=f"{title}。{text}",
            )
