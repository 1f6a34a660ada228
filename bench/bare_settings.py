"""The platform's settings with the bare view's address book and only the middleware that cannot be left out."""

from youlin.config.settings import *  # noqa: F403

ROOT_URLCONF = "bench.bare"
MIDDLEWARE = ["allauth.account.middleware.AccountMiddleware"]
