"""One model file for each district, in the installation's home: replaced whole, never written into."""

import json
import os
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings

from youlin.apps.cases.suggestions import features
from youlin.apps.cases.suggestions.model import Model

FORMAT = 1
_kept: dict[str, tuple[tuple[int, int], Model | None]] = {}


def path(district: str) -> Path:
    """Where the model of a district lies."""
    return Path(settings.YOULIN_HOME) / "models" / "categories" / f"{district}.npz"


def load(district: str) -> Model | None:
    """The district's model; None where there is none, or a file that this version does not understand."""
    try:
        seen = path(district).stat()
    except OSError:
        return None
    stamp = (seen.st_mtime_ns, seen.st_size)
    known = _kept.get(district)
    if known is None or known[0] != stamp:
        known = _kept[district] = (stamp, _read(path(district)))
    return known[1]


def save(district: str, model: Model, about: dict[str, Any]) -> Path:
    """Write the model beside the old one and put it in its place in one step."""
    target = path(district)
    target.parent.mkdir(parents=True, exist_ok=True)
    facts = {**about, "format": FORMAT, "buckets": features.BUCKETS, "categories": list(model.categories)}
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{district}.", suffix=".npz")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez_compressed(
                file,
                weights=model.weights.astype(np.float16),
                bias=model.bias.astype(np.float32),
                about=np.frombuffer(json.dumps(facts, ensure_ascii=False).encode(), dtype=np.uint8),
            )
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return target


def version(district: str) -> int:
    """The number of the model in use; 0 where there is none."""
    model = load(district)
    return int(str(model.about.get("version", 0))) if model else 0


def _read(file: Path) -> Model | None:
    """Nothing in the file is executed: arrays of numbers and a text."""
    try:
        with np.load(file, allow_pickle=False) as kept:
            about = json.loads(bytes(kept["about"]).decode())
            weights, bias = kept["weights"].astype(np.float32), kept["bias"]
        fits = about["format"] == FORMAT and about["buckets"] == features.BUCKETS
        if not fits or weights.shape != (features.BUCKETS, len(about["categories"])):
            return None
        return Model(tuple(about["categories"]), weights, bias, about)
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile):
        return None
