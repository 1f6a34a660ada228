"""Every pair of colours in use is readable (WCAG 2.2 AA), in light and dark."""

import re

import pytest

from youlin.ui.assets import FOLDER

CSS = (FOLDER / "ui/tokens.css").read_text(encoding="utf-8")
TEXT, MARK = 4.5, 3.0
GROUNDS = ("paper", "card", "sunk", "jade-weak")

TEXT_PAIRS = [
    *[
        (front, ground)
        for front in ("ink", "ink-2", "jade", "ok", "soon", "late", "sky")
        for ground in GROUNDS
    ],
    *[(state, f"{state}-weak") for state in ("jade", "ok", "soon", "late", "sky")],
    *[("ink", f"{state}-weak") for state in ("late", "soon", "ok", "sky")],
    ("on-jade", "jade"),
    ("on-jade", "jade-strong"),
    ("on-ink", "ink"),
    *[("on-state", state) for state in ("ok", "soon", "late")],
    ("ink-2", "land"),
    *[(f"heat-{step}-ink", f"heat-{step}") for step in range(5)],
]
MARK_PAIRS = [
    *[("control", ground) for ground in ("paper", "card")],
    *[(state, "land") for state in ("ok", "soon", "late", "jade", "sky")],
    *[("sky", ground) for ground in GROUNDS],
]


def _block(start: int) -> dict[str, str]:
    return dict(re.findall(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6});", CSS[start : CSS.index("}", start)]))


LIGHT = _block(CSS.index(":root {"))
DARK = LIGHT | _block(CSS.index(':root[data-theme="dark"]'))
DARK_BY_SYSTEM = LIGHT | _block(CSS.index(':root:not([data-theme="light"])'))


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "ground"), TEXT_PAIRS)
def test_text_is_readable(tokens: dict[str, str], front: str, ground: str) -> None:
    ratio = contrast(tokens[front], tokens[ground])
    assert ratio >= TEXT, f"{front} on {ground}: {ratio:.2f}"


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "ground"), MARK_PAIRS)
def test_marks_and_borders_can_be_seen(tokens: dict[str, str], front: str, ground: str) -> None:
    ratio = contrast(tokens[front], tokens[ground])
    assert ratio >= MARK, f"{front} on {ground}: {ratio:.2f}"


def test_dark_by_choice_and_dark_by_system_are_the_same() -> None:
    assert DARK == DARK_BY_SYSTEM


def test_colours_live_in_the_token_file_alone() -> None:
    for path in (FOLDER / "ui").glob("*.css"):
        if path.name == "tokens.css":
            continue
        found = re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{]*[;}])", path.read_text(encoding="utf-8"))
        assert set(found) <= {"#fff"}, f"{path.name}: {found}"
