"""Vector tiles of a district at `/tiles/<district>/{z}/{x}/{y}.mvt`, and the TileJSON that names them.

Layers: `areas` (outlines), `places` (each with its name, where they are few), `bunches` (how many, where they are many).
"""
