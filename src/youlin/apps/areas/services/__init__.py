"""Every write of areas: one transaction for each district, journalled, versions bumped."""

from youlin.apps.areas.services.changing import close_area, merge_areas, rename
from youlin.apps.areas.services.counting import tell_people
from youlin.apps.areas.services.districts import merge_districts
from youlin.apps.areas.services.dividing import make_grids
from youlin.apps.areas.services.importing import import_areas, import_boundaries, import_bundled
from youlin.apps.areas.services.outlining import import_compounds, synthesise_communities
from youlin.apps.areas.services.recoding import Heirs, recode_rows, register_recoder
from youlin.apps.areas.services.splitting import Part, split_area

__all__ = [
    "Heirs",
    "Part",
    "close_area",
    "import_areas",
    "import_boundaries",
    "import_bundled",
    "import_compounds",
    "make_grids",
    "merge_areas",
    "merge_districts",
    "recode_rows",
    "register_recoder",
    "rename",
    "split_area",
    "synthesise_communities",
    "tell_people",
]
