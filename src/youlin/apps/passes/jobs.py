"""What passes do by the clock; found here when Django starts."""

from youlin.apps.passes import keys
from youlin.kernel import jobs


@jobs.every(daily_at="02:20", name="passes.renew_keys")
def renew_keys() -> int:
    """New keys for districts whose own have signed long enough; how many."""
    return keys.renew_old()
