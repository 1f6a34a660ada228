"""Backups: database, media and keys of one moment in one folder, and the way back with everything proved.

A backup is a folder: `manifest.json` (signed), the database, `media.tar`, and `keys.sealed` where a passphrase
was given. See docs/operator/backup.md.
"""

from youlin.kernel.backups.making import Made, make
from youlin.kernel.backups.manifest import Manifest, Progress, checked, read
from youlin.kernel.backups.models import BackupRun
from youlin.kernel.backups.restoring import Restored, restore
from youlin.kernel.backups.selectors import latest_backup, latest_good_backup

__all__ = [
    "BackupRun",
    "Made",
    "Manifest",
    "Progress",
    "Restored",
    "checked",
    "latest_backup",
    "latest_good_backup",
    "make",
    "read",
    "restore",
]
