"""Earning by declared rules: what an act comes to, what of it is granted, and the posting."""
