"""What indicators do behind a page; found here when Django starts."""

from youlin.apps.indicators import foreseeing, saved_views, services
from youlin.apps.indicators.publishing import releasing
from youlin.kernel import jobs


@jobs.every(name="indicators.refresh", minutes=10)
def refresh_figures() -> list[str]:
    """Rows that changed are exported and figures computed anew; what was kept stays in force until then."""
    return services.refresh_all()


@jobs.job(name="indicators.refresh_district")
def refresh_district(district: str) -> None:
    """The same for one district, because somebody asked for it."""
    services.refresh(district)


@jobs.every(name="indicators.foresee", minutes=30)
def foresee_figures() -> int:
    """What is expected of figures, computed anew where closed weeks or months changed; some at a time."""
    return foreseeing.foresee_all()


@jobs.every(name="indicators.publish", minutes=30)
def publish_open_data() -> list[str]:
    """Open data is made once a day and when a definition changed: small cells are withheld here, never while asked."""
    return releasing.publish_all()


@jobs.every(name="indicators.tell_views", daily_at="07:30")
def tell_saved_views() -> int:
    """Who asked for it hears on Mondays and on the first of a month how their figures stand."""
    return saved_views.tell_all()
