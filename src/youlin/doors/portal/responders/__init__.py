"""City responders: joining and one's own limits (`enrolling`), what one does in a scene (`scenes`), calls (`calls`),
standing tasks (`shifts`), reports (`word`, `pick`), the record (`record`), stories of teams (`stories`)."""
