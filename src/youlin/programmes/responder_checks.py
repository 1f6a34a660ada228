"""What the types cannot see of responders: unknown skills, stars out of order, rules of badges that cannot be read."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from youlin.apps.responders import badges, words
from youlin.kernel.errors import Invalid
from youlin.programmes.faults import Fault
from youlin.programmes.findings import unknown
from youlin.programmes.loader import Programme

MOST = 60
"""As many skills, and as many scenes, fit into one number."""


def check(programme: Programme) -> Iterator[Fault]:
    """A fault for each reference of a scene that leads nowhere, and for rules that nobody reads."""
    skills = programme.all_declared("responder_skills")
    for code, task in programme.declarations.responder_tasks.items():
        for number, skill in enumerate(task.skills):
            place = ("responder_tasks", code, "skills", number)
            yield from unknown(programme, place, _("技能"), skill, skills)
    for section in ("responder_skills", "responder_tasks"):
        if len(getattr(programme.declarations, section)) > MOST:
            message = _("最多声明 %(most)s 项。") % {"most": MOST}
            yield Fault(programme.source.key_place((section,)), message, _("请合并相近的几项。"))
    for code, badge in programme.declarations.responder_badges.items():
        try:
            badges.compiled(badge.rule)
        except Invalid as error:
            at = programme.source.place(("responder_badges", code, "rule"))
            yield Fault(at, error.message, _("例如 times >= 1 或 'elder_help' in scenes。"))
    for code, rules in programme.declarations.responder_rules.items():
        if code != words.RULES:
            message = _("没有人读“%(code)s”这套规则。") % {"code": code}
            yield Fault(programme.source.key_place(("responder_rules", code)), message, _("请写成 calling。"))
        if rules.stars != sorted(set(rules.stars)):
            stars = programme.source.place(("responder_rules", code, "stars"))
            yield Fault(stars, _("星级时长应从少到多。"), _("例如 [100, 300, 600, 1000, 1500]。"))
