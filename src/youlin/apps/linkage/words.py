"""The fixed words of linkage: what kinds of bodies there are, and what duties and categories it stands on."""

from django.utils.translation import gettext_lazy as _

COMPANY, PARTNER, OUTLET = "platform_company", "platform_partner", "platform_outlet"

KINDS = {
    COMPANY: _("平台企业"),
    PARTNER: _("合作商、加盟商"),
    OUTLET: _("站点"),
}
"""The kinds of organisations that linkage keeps."""

IN_TABLES = {COMPANY: "平台企业", PARTNER: "加盟商", OUTLET: "站点"}
READ_IN_TABLES = {"平台企业": COMPANY, "企业": COMPANY, "合作商": PARTNER, "加盟商": PARTNER, "站点": OUTLET}
"""How tables name the kinds, whatever language the page is in; and what else is understood."""


def kind_in_table(said: str) -> str:
    """The kind that a table names, as tables name it, in the reader's language, or by its code."""
    shown = {str(name).casefold(): code for code, name in KINDS.items()}
    return READ_IN_TABLES.get(said) or shown.get(said.casefold(), said)


WAYS = [("phone", _("电话")), ("visit", _("走访")), ("meeting", _("会商"))]
"""How a body can be spoken to."""

CONTACT = "contact"
"""The role of whoever speaks for a body."""

OWNER, ANSWERER, TASK_OWNER, COORDINATOR = (
    "linkage_owner",
    "outlet_contact",
    "task_owner",
    "linkage_coordinator",
)
"""The kinds of duty that a programme declares: ours for a body, theirs, a department's for tasks, the office's."""

CONSULTATIONS = {
    "consultation.joint": _("会商"),
    "consultation.visit": _("结对走访"),
    "consultation.study": _("调研"),
}
MATTER, TASK, LISTED, DECISION = "linkage", "task", "task.list", "task.decision"
"""Categories of cases: matters of a body, tasks, those of a list, those that a consultation decided."""

CHANNEL = "linkage"
