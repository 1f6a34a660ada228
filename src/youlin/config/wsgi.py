"""The WSGI entry that granian serves."""

import codecs
import os
import re
from collections.abc import Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "youlin.config.settings")
_django = get_wsgi_application()
_CHARSET = re.compile(r";\s*charset=\"?([^\s\";]+)\"?", re.IGNORECASE)


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Django, once a charset that is no text encoding (`base64`, …) is dropped: it would fail before any view."""
    environ["CONTENT_TYPE"] = readable(environ.get("CONTENT_TYPE", ""))
    return _django(environ, start_response)


def readable(content_type: str) -> str:
    """The content type without a charset that nobody can read text in."""
    named = _CHARSET.search(content_type)
    if named is None or _is_text(named.group(1)):
        return content_type
    return _CHARSET.sub("", content_type)


def _is_text(charset: str) -> bool:
    try:
        return bool(getattr(codecs.lookup(charset), "_is_text_encoding", True))
    except (LookupError, ValueError):
        return False
