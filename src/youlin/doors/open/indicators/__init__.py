"""Open data of indicators: the data dictionary for people, and every form of the figures for programs."""
