"""OGC API – Features at `/ogc/`: public places, areas and public cases for QGIS, GDAL and whoever speaks the standard.

pygeoapi writes the documents; our door reads every question first (`asking`), our selectors answer it (`features`),
and what pygeoapi would say of things that are not here is taken out (`speaking`). It is loaded at the first question.
"""
