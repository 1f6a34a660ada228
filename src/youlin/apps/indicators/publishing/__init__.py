"""Open data: public indicators gathered, small cells withheld, and every form of it kept ready as files."""
