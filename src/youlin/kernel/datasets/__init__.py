"""Datasets: rows of the database as Parquet files that follow the journal, for figures and for who may have them.

A dataset is declared by the app whose rows they are (`declaring`), read past the ORM (`reading`), brought into its
columns (`making`), written by month (`writing`) and put in force by a manifest (`store`); `exporting` is the way
through.
"""

from youlin.kernel.datasets.columns import days_between, seconds_between
from youlin.kernel.datasets.declaring import (
    Column,
    Computed,
    Dataset,
    Names,
    Successors,
    all,
    get,
    register,
    register_area_successors,
)
from youlin.kernel.datasets.exporting import Exported, export, export_all
from youlin.kernel.datasets.naming import by_table, by_words
from youlin.kernel.datasets.store import Manifest, Partition, Restated, folder, manifest

__all__ = [
    "Column",
    "Computed",
    "Dataset",
    "Exported",
    "Manifest",
    "Names",
    "Partition",
    "Restated",
    "Successors",
    "all",
    "by_table",
    "by_words",
    "days_between",
    "export",
    "export_all",
    "folder",
    "get",
    "manifest",
    "register",
    "register_area_successors",
    "seconds_between",
]
