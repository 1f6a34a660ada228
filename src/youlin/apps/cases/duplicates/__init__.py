"""Is this new request the same matter as an earlier one? Candidates by place, time, category and text.

`scorer` is one transparent scorecard (log-odds per fact, weights in `weights.json`), used alike on live cases
(`live.candidates`) and on files of past requests (`evaluation`, where the weights were learned: `training`).
"""

from youlin.apps.cases.duplicates.live import Candidate, candidates

__all__ = ["Candidate", "candidates"]
