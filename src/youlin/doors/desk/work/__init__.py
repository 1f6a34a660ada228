"""Work on a case beside its workflow: measures, parts, merges. Each page keeps what was typed when it is refused."""
