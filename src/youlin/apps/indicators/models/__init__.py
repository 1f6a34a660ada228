"""Tables of indicators."""

from youlin.apps.indicators.models.contest import Contest, Restatement
from youlin.apps.indicators.models.declared import DeclaredIndicator
from youlin.apps.indicators.models.scorecard import DeclaredScorecard
from youlin.apps.indicators.models.target import Target
from youlin.apps.indicators.models.view import SavedView

__all__ = ["Contest", "DeclaredIndicator", "DeclaredScorecard", "Restatement", "SavedView", "Target"]
