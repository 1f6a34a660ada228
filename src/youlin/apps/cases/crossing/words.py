"""How the journal calls what is done across a district line."""

from django.utils.translation import gettext_lazy as _

JOURNAL_ACTS = {
    "cases.crossing_asked": _("移交外区，待对方接收"),
    "cases.crossing_delivered": _("移交件已送达对方"),
    "cases.crossed": _("外区已接收"),
    "cases.crossing_returned": _("外区退回"),
    "cases.crossing_arrived": _("外区移交到件"),
    "cases.crossing_accepted": _("接收外区来件"),
    "cases.crossing_refused": _("退回来区"),
}

PUBLIC = frozenset(
    {
        "cases.crossing_asked",
        "cases.crossed",
        "cases.crossing_returned",
        "cases.crossing_arrived",
        "cases.crossing_accepted",
    }
)
"""What the one who reported may know of it; the reasons stay between the districts."""
