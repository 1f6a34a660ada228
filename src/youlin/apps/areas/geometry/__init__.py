"""Pure geometry: no database, no Django. Coordinates are WGS84 degrees, lon before lat, unless said."""
