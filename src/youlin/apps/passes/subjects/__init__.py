"""Subjects on record, each with one code (一户一码): households, shops, producers, street by street.

`reading` looks at what a form or a row says, `keeping` writes one, `importing` a table and takes it back, `coding` gives
codes, `selectors` reads. The subjects themselves are `parties.Producer`; here is what ties them to their codes.
"""
