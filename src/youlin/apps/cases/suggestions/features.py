"""A text as weighted features that know where they stand: pairs and triples of signs, words, facts beside it. Pure."""

import re
import unicodedata
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import rjieba

BUCKETS = 1 << 15
"""Into how many numbers features are hashed; collisions cost little at tens of thousands of features."""

LONGEST = 1000
_DIGITS = re.compile(r"\d+")
_FACT_WEIGHT = 0.6
"""How much a fact beside the text (its street, its month) weighs against one feature of the text."""

Floats = np.ndarray


@dataclass(frozen=True, slots=True)
class Features:
    """`buckets` (each once) with their `weights`, length one; `spans` give the stretch of text of each bucket."""

    buckets: np.ndarray
    weights: Floats
    spans: dict[int, tuple[tuple[int, int], ...]]


def plain(text: str) -> str:
    """The text in one form, of the same length as what is searched for words: capitals and width apart."""
    return unicodedata.normalize("NFKC", text)[:LONGEST].lower()


def of(text: str, facts: Mapping[str, str] | None = None) -> Features:
    """The features of a plain text and of facts about it, e.g. `{"month": "07"}`."""
    found: dict[int, float] = {}
    spans: dict[int, list[tuple[int, int]]] = {}
    for name, start, end in _stretches(text):
        bucket = _bucket(name)
        found[bucket] = found.get(bucket, 0.0) + 1.0
        spans.setdefault(bucket, []).append((start, end))
    counts = {bucket: 1.0 + float(np.log(count)) for bucket, count in found.items()}
    for key, value in (facts or {}).items():
        bucket = _bucket(f"{key}={value}")
        counts[bucket] = counts.get(bucket, 0.0) + _FACT_WEIGHT
    buckets = np.fromiter(counts, dtype=np.int64, count=len(counts))
    weights = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
    length = float(np.linalg.norm(weights)) or 1.0
    return Features(buckets, weights / length, {bucket: tuple(places) for bucket, places in spans.items()})


def words(text: str) -> tuple[tuple[str, int, int], ...]:
    """The words of two signs or more, with where they stand."""
    found, at = [], 0
    for word in rjieba.cut(text):
        start = text.find(word, at)
        if start < 0:
            continue
        at = start + len(word)
        if len(word.strip()) >= 2 and not _DIGITS.fullmatch(word.strip()):
            found.append((word, start, at))
    return tuple(found)


def _stretches(text: str) -> list[tuple[str, int, int]]:
    found = [(f"w:{word}", start, end) for word, start, end in words(text)]
    for size in (2, 3):
        for at in range(len(text) - size + 1):
            piece = text[at : at + size]
            if piece.isalnum() and not piece.isdigit():
                found.append((piece, at, at + size))
    return found


@lru_cache(maxsize=200_000)
def _bucket(name: str) -> int:
    return zlib.crc32(name.encode()) % BUCKETS
