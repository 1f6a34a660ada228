"""The sentences that scripts say. In Chinese they are written in the scripts; other languages fetch them.

`words.json` lists them; a test holds the list and the scripts together, and the translations collector reads
`SENTENCES` here.
"""

from django.utils.translation import gettext, gettext_noop, override

SENTENCES: tuple[str, ...] = (
    gettext_noop("关闭"),
    gettext_noop("没有连上服务器，请检查网络后再试。"),
    gettext_noop("系统出错了，请稍后再试。已填的内容都还在。"),
)


def translated(language: str) -> dict[str, str]:
    """Chinese sentence → the sentence in `language`."""
    with override(language):
        return {sentence: gettext(sentence) for sentence in SENTENCES}
