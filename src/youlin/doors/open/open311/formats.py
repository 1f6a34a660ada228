"""GeoReport v2 answers in JSON and XML, made from the same rows so that the two are equal."""

import json
from collections.abc import Mapping, Sequence
from xml.etree import ElementTree

from django.http import HttpResponse

from youlin.kernel import away
from youlin.kernel.errors import Problem

Row = Mapping[str, object]

CONTENT_TYPES = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
ITEMS = {
    "services": "service",
    "service_requests": "request",
    "errors": "error",
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
}
"""The element that repeats inside each list element, as GeoReport v2 names them."""


def answer(root: str, content: Sequence[Row] | Row, form: str, *, status: int = 200) -> HttpResponse:
    """`content` as `root` in the asked format. A list becomes a JSON array, or repeated XML elements.

    What is empty is null in JSON and an empty element in XML, as the examples of GeoReport v2 have it.
    """
    plain = _plain(content)
    if form == "json":
        body = json.dumps(plain, ensure_ascii=False).encode()
    else:
        body = ElementTree.tostring(_element(root, plain), encoding="utf-8", xml_declaration=True)
    response = HttpResponse(body, content_type=CONTENT_TYPES[form], status=status)
    response["Cache-Control"] = "no-store" if status >= 400 else "no-cache"
    if status == 503:
        response["Retry-After"] = str(away.RETRY_AFTER)
    return response


def errors(problems: Sequence[Problem], form: str, *, status: int) -> HttpResponse:
    """The error list of GeoReport v2: the status as code, and words with the remedy."""
    rows = [
        {"code": status, "description": " ".join(part for part in (_named(p), p.remedy) if part)}
        for p in problems
    ]
    return answer("errors", rows, form, status=status)


def _named(problem: Problem) -> str:
    return f"{problem.field}: {problem.message}" if problem.field else problem.message


def _plain(content: object) -> object:
    """The content with texts as both formats can carry them, and None for what is empty."""
    if isinstance(content, Mapping):
        return {str(key): _plain(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_plain(value) for value in content]
    if content is None or isinstance(content, bool | int | float):
        return content
    return _text(str(content)) or None


def _element(name: str, content: object) -> ElementTree.Element:
    element = ElementTree.Element(name)
    if isinstance(content, Mapping):
        for key, value in content.items():
            element.append(_element(str(key), value))
    elif isinstance(content, list):
        for value in content:
            element.append(_element(ITEMS.get(name, "item"), value))
    elif isinstance(content, bool):
        element.text = "true" if content else "false"
    elif content is not None:
        element.text = str(content)
    return element


def _text(text: str) -> str:
    """Without what XML 1.0 cannot hold (its rule 2, Char), with line ends as its readers see them (2.11)."""
    return "".join(c for c in text.replace("\r\n", "\n").replace("\r", "\n") if c in "\t\n" or _is_char(c))


def _is_char(character: str) -> bool:
    code = ord(character)
    return 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000
