"""The areas that come with the platform: Beijing, for demonstration and tests. Sources are in NOTICE."""

from pathlib import Path

_FOLDER = Path(__file__).resolve().parent / "data"

AREAS = _FOLDER / "beijing_areas.csv.gz"
"""code,name: the province, its city, 16 districts, 349 streets, 7,535 communities (official list of 2023)."""
DISTRICTS = _FOLDER / "beijing_districts.geojson.gz"
STREETS = _FOLDER / "beijing_streets.geojson.gz"
"""343 streets and townships; six development zones have no outline."""
COMPOUNDS = _FOLDER / "beijing_compounds.geojson.gz"
"""3,692 residential compounds without names, each with the code of its street."""
SOURCE = "thebamboogrove/bj-subdistricts (MIT)"
COMPOUND_SOURCE = "huiyan-fe/mapv (BSD-3-Clause)"
