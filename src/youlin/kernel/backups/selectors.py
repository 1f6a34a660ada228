"""What people may want to know about backups."""

from youlin.kernel.backups.models import BackupRun


def latest_backup() -> BackupRun | None:
    """The last backup that was made or tried."""
    return BackupRun.objects.filter(kind=BackupRun.Kind.BACKUP).order_by("-at").first()


def latest_good_backup() -> BackupRun | None:
    """The last backup that went well."""
    return BackupRun.objects.filter(kind=BackupRun.Kind.BACKUP, error="").order_by("-at").first()
