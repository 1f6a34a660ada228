"""Pure geometry: no database, no Django. Coordinates are WGS84 degrees (lon, lat) unless a name says metres."""
