"""Rules of compounds in words, for pages of several doors."""

from typing import Any

from youlin.kernel.languages import in_language, in_the_other


def both(rule: Any) -> dict[str, str]:
    """What a rule says in the reader's language, and in the other one for whoever it is shown to (`other`, `lang`)."""
    other, language = in_the_other(rule.reason, rule.reason_en)
    return {"text": in_language(rule.reason, rule.reason_en), "other": other, "lang": language}
