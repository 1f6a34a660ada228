"""Offers at the desk: keeping them (`keeping`), seasons (`seasons`), who is entitled (`holders`), counts (`counts`)."""
