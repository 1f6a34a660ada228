"""Tables of the jobs: living workers, who holds which task, and which scheduled runs were started."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.kernel import clock
from youlin.kernel.db import CityModel


class WorkerBeat(CityModel):
    """A worker that says it is alive."""

    worker = models.CharField(_("工作进程"), max_length=64, unique=True)
    started_at = models.DateTimeField(_("启动时间"), default=clock.now)
    heartbeat = models.DateTimeField(_("最近心跳"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("工作进程")

    def __str__(self) -> str:
        return self.worker


class Lease(CityModel):
    """A running task and the worker that runs it. A lease without heartbeat is taken back."""

    task = models.UUIDField(_("任务"), unique=True)
    worker = models.CharField(_("工作进程"), max_length=64)
    heartbeat = models.DateTimeField(_("最近心跳"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("任务租约")
        indexes = [models.Index(fields=["worker"], name="lease_worker")]

    def __str__(self) -> str:
        return f"{self.task} · {self.worker}"


class ScheduledRun(CityModel):
    """One due time of a recurring job: whichever worker writes the row first starts the job."""

    name = models.CharField(_("名称"), max_length=80)
    slot = models.DateTimeField(_("应运行时间"))
    task = models.UUIDField(_("任务"), null=True)
    created_at = models.DateTimeField(_("启动时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("定时运行")
        constraints = [models.UniqueConstraint(fields=["name", "slot"], name="scheduled_run_once")]
        indexes = [models.Index(fields=["created_at"], name="scheduled_run_age")]

    def __str__(self) -> str:
        return f"{self.name} {self.slot:%Y-%m-%d %H:%M}"
