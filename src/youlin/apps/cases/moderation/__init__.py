"""Before the public sees a case: what is found in its words and photos, and what a person decides about it."""
