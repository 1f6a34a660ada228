"""The fixed words of responders: languages, the rules where none are declared, what kind of notices they send."""

from django.utils.translation import gettext_lazy as _

LANGUAGES = {
    "zh": _("普通话"),
    "en": _("英语"),
    "ja": _("日语"),
    "ko": _("韩语"),
    "ru": _("俄语"),
    "ar": _("阿拉伯语"),
    "bo": _("藏语"),
    "sign": _("手语"),
}
PURPOSE, WORDING = "responders", "2026-11"
"""What one agrees to when enrolling, and in which words."""

CALLED, NEWS = "responder.called", "responder.news"
"""Kinds of notices: one is called; something else."""

RULES = "calling"
"""The code under which a programme declares how people are called."""
