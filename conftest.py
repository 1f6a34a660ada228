"""Shared by all tests: the settings and a private home folder."""

import os
import tempfile

os.environ["YOULIN_HOME"] = tempfile.mkdtemp(prefix="youlin-test-")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "youlin.config.settings")
