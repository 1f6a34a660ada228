"""A pytest plugin, named in pyproject.toml so that it is there before the settings are read: a home of the tests' own."""

import os
import tempfile

os.environ["YOULIN_HOME"] = tempfile.mkdtemp(prefix="youlin-test-")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "youlin.config.settings")
