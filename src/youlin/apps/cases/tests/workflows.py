"""The two reference tables, read from the YAML beside this file."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml


@cache
def tables() -> dict[str, Any]:
    """All reference tables by case type."""
    text = Path(__file__).with_name("workflows.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


CITY_EVENT: dict[str, Any] = tables()["city_event"]
HOTLINE_ORDER: dict[str, Any] = tables()["hotline_order"]
