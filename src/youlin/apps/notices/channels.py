"""Through which channels a notice goes: the person's choice, else the house's, if there is an address."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from youlin.apps.notices.models import Preference
from youlin.apps.parties import selectors as parties
from youlin.kernel.errors import Invalid

CHANNELS = {
    "push": gettext_lazy("网页推送"),
    "wecom": gettext_lazy("企业微信"),
    "mail": gettext_lazy("邮件"),
    "sms": gettext_lazy("短信"),
}
"""All ways out of the house. The in-app inbox always has the notice."""

CONTACT_KINDS = {"push": "push", "wecom": "wecom", "mail": "email", "sms": "phone"}

DEFAULT = {"*": ["push", "wecom", "mail"], "urgent": ["push", "wecom", "mail", "sms"]}
"""Text messages cost money and attention: only for what is urgent, unless the person wants them."""


def chosen(preference: Preference | None, kind: str, *, urgent: bool) -> list[str]:
    """A notice's channels: the person's rule for its kind, for urgent ones, for all; or the default."""
    rules = preference.channels if preference else {}
    names = [kind, *(["urgent"] if urgent else []), "*"]
    found = next((rules[name] for name in names if name in rules), None)
    if found is None:
        found = DEFAULT["urgent" if urgent else "*"]
    return [channel for channel in CHANNELS if channel in found]


def reachable(wanted: Sequence[tuple[UUID, list[str]]]) -> list[list[str]]:
    """For each person those of their channels for which they have an address. One query."""
    people = {person_id for person_id, channels in wanted if channels}
    kinds = parties.contact_kinds_of(people) if people else {}
    return [
        [channel for channel in channels if CONTACT_KINDS[channel] in kinds[person_id]]
        for person_id, channels in wanted
    ]


def checked(rules: dict[str, list[str]]) -> dict[str, list[str]]:
    """A person's rules if they name known channels; `Invalid` otherwise."""
    for channels in rules.values():
        unknown = set(channels) - CHANNELS.keys()
        if unknown:
            raise Invalid(
                _("没有这种通道：%(names)s") % {"names": "、".join(sorted(unknown))}, field="channels"
            )
    return {kind: [c for c in CHANNELS if c in channels] for kind, channels in rules.items()}
