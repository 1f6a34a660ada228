"""Looking after an installation: what is late, stuck or full, in words with what to do.

One list serves `youlin doctor`, the operator's page and the metrics. An app adds to it with `register`.
"""

from youlin.kernel.operations.acts import retry_job, retry_reaction
from youlin.kernel.operations.looks import Detail, Finding, State, findings, register

__all__ = ["Detail", "Finding", "State", "findings", "register", "retry_job", "retry_reaction"]
