"""City responders: joining and one's own limits (`enrolling`), calls (`calls`), the record (`record`), `word`."""
