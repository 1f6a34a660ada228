"""Refuse migrations that a process of the version before could not live beside: what is new since a release.

`scripts/with-postgres .venv/bin/python scripts/safe_migrations.py [--since TAG]` (default: the latest tag). The rules
are those of docs/operator/upgrade.md, checked on the SQL by django-migration-linter. Exit code 1 when one is broken.
"""

import argparse
import os
import subprocess
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "youlin.config.settings")
THEIRS = ("account", "admin", "auth", "axes", "contenttypes", "mfa", "sessions", "django_tasks_database")


def latest_tag() -> str:
    """The last release; empty when nothing was released yet."""
    told = subprocess.run(["git", "describe", "--tags", "--abbrev=0"], capture_output=True, text=True)
    return told.stdout.strip()


def main() -> int:
    """Lint; tell; answer with 1 when a migration breaks a rule."""
    options = argparse.ArgumentParser()
    options.add_argument("--since", default=latest_tag(), help="a released version (git ref)")
    since = options.parse_args().since
    if not since:
        print("nothing was released yet: every database is made anew")
        return 0
    import django
    from django.conf import settings

    settings.INSTALLED_APPS.append("django_migration_linter")
    django.setup()
    from django.core.management import call_command

    call_command(
        "lintmigrations",
        git_commit_id=since,
        exclude_apps=list(THEIRS),
        quiet=["ok", "ignore"],
        no_cache=True,
        project_root_path=os.getcwd(),
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
