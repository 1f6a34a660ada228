"""What indicators do behind a page; found here when Django starts."""

from youlin.apps.indicators import services
from youlin.kernel import jobs


@jobs.every(name="indicators.refresh", minutes=10)
def refresh_figures() -> list[str]:
    """Rows that changed are exported and figures computed anew; what was kept stays in force until then."""
    return services.refresh_all()


@jobs.job(name="indicators.refresh_district")
def refresh_district(district: str) -> None:
    """The same for one district, because somebody asked for it."""
    services.refresh(district)
