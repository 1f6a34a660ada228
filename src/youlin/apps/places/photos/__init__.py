"""Photos of places: put up, described, ordered and taken down by whoever keeps the place.

A small room over `kernel.media`, which proves that a file is a photo, cuts its metadata and makes the smaller
pictures that are shown. Nobody else's photos are taken here; who puts one up says that they looked at it and that
nobody in it can be recognised.
"""
