"""Writing `weights.json`: what was learned, on what, and how well it does. The file is made, never edited."""

import json
from pathlib import Path

from youlin.apps.cases.duplicates.evaluation import Report
from youlin.apps.cases.duplicates.training import SET_BY_HAND


def content(report: Report, *, source: str, licence: str) -> str:
    """The text of a weights file for a report."""
    data = {
        "about": {
            "source": source,
            "licence": licence,
            "model": "logistic regression on the best pair of each filing; weights are log-odds",
            "tuned_on_rows": report.tuned_on,
            "reported_year": report.year,
            "reported_on_rows": report.reported_on,
        },
        "bias": report.weights.bias,
        "threshold": report.weights.threshold,
        "learned": report.weights.facts,
        "set_by_hand": SET_BY_HAND,
        "report": report.figures(),
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def write(report: Report, path: Path, *, source: str, licence: str) -> None:
    """Write the weights file."""
    path.write_text(content(report, source=source, licence=licence), encoding="utf-8")
