"""A pytest plugin, named in pyproject.toml so that it is there before the settings are read: a home of the tests' own.

Where several database servers are given, each process of the tests has one to itself.
"""

import os
import tempfile

os.environ["YOULIN_HOME"] = tempfile.mkdtemp(prefix="youlin-test-")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "youlin.config.settings")

_servers = os.environ.get("DATABASE_URLS", "").split()
_worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
if len(_servers) > int(_worker):
    os.environ["DATABASE_URL"] = _servers[int(_worker)]
