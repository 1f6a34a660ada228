"""Names in the reader's language: what is declared has a Chinese name, and most of it an English one beside."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from django.utils.translation import get_language, override

T = TypeVar("T")


def in_language(name: str, name_en: str) -> str:
    """The name in the language of the request, the Chinese one where there is no other."""
    return name_en if name_en and (get_language() or "").startswith("en") else name


def in_the_other(name: str, name_en: str) -> tuple[str, str]:
    """The name in the language that is not the request's, with that language's code; "" where there is none: for what
    somebody shows to another person."""
    if not name_en:
        return "", ""
    return (name, "zh-Hans") if (get_language() or "").startswith("en") else (name_en, "en")


def in_both(say: Callable[[], T]) -> tuple[T, T]:
    """What is said in Chinese and what in English, whatever the language of the request."""
    with override("zh-hans"):
        chinese = say()
    with override("en"):
        return chinese, say()


def listed(names: Iterable[object]) -> str:
    """Several names as one says them: with 、 in Chinese, with commas elsewhere."""
    chinese = (get_language() or "zh").startswith("zh")
    return ("、" if chinese else ", ").join(str(name) for name in names)


def coded(name: str, name_en: str, code: str) -> str:
    """A name in the reader's language with the code that may be written for it."""
    chinese = (get_language() or "zh").startswith("zh")
    return f"{in_language(name, name_en)}（{code}）" if chinese else f"{in_language(name, name_en)} ({code})"
