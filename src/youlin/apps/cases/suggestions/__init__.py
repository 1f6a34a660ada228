"""Which category a text speaks of: a model of the district's own cases, and declared words. Never decides."""
