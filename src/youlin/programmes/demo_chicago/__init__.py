"""Chicago's published sanitation requests of 2010–2013 as a proof: file, mapping, and a grid over the city.

The file is by the City of Chicago, MIT licence (see NOTICE).
"""

from pathlib import Path

FOLDER = Path(__file__).resolve().parent
FILE = FOLDER / "data" / "chicago_sanitation_2010_2013.csv.gz"
MAPPING = FOLDER / "import.yaml"
AREAS = FOLDER / "data" / "areas.csv"
BOUNDARIES = FOLDER / "data" / "areas.geojson"
NOT_STATED = "sanitation.not_stated"
"""The category of the 3,173 rows that do not say what they are about."""
DISTRICT = "840170"
"""A synthetic code in the form of ours: 840 is the United States in ISO 3166, 17 is Illinois."""
REPORTED_YEAR = 2013
"""Duplicates are learned on the years before and reported on this one."""
