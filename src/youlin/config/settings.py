"""All settings, each read from the environment with a default that runs on a fresh machine.

`docs/operator/settings.md` documents every name read here; a test holds the two together.
"""

from pathlib import Path

import environ
from django.utils.translation import gettext_lazy as _

from youlin.config import admin_look, secrets

env = environ.Env()

YOULIN_HOME = Path(env.str("YOULIN_HOME", default="var")).resolve()
KEYS_FOLDER = YOULIN_HOME / "keys"
MEDIA_ROOT = YOULIN_HOME / "media"
LOGS_FOLDER = YOULIN_HOME / "logs"
DATASETS_FOLDER = Path(env.str("YOULIN_DATASETS", default=str(YOULIN_HOME / "datasets"))).resolve()
OPEN_DATA_LICENCE = env.str(
    "YOULIN_OPEN_DATA_LICENCE", default="https://creativecommons.org/licenses/by/4.0/"
)

DEBUG = env.bool("YOULIN_DEBUG", default=False)
DEMO = env.bool("YOULIN_DEMO", default=False)
SECRET_KEY = env.str("YOULIN_SECRET_KEY", default="") or secrets.secret_key(KEYS_FOLDER)
DATA_PROTECTION_KEY_FILE = KEYS_FOLDER / "data-protection.key"
SIGNING_KEY_FILE = KEYS_FOLDER / "signing.key"
ERASURES_COPY = env.str("YOULIN_ERASURES_COPY", default="")
POSTGRES_BIN = env.str("YOULIN_POSTGRES_BIN", default="")
ALLOWED_HOSTS = env.list("YOULIN_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("YOULIN_TRUSTED_ORIGINS", default=[])
PUBLIC_URL = env.str("YOULIN_PUBLIC_URL", default="")
EMBED_SITES = env.list("YOULIN_EMBED_SITES", default=["*"])
BEHIND_TLS = env.bool("YOULIN_BEHIND_TLS", default=False)
TRUSTED_PROXIES = env.int("YOULIN_TRUSTED_PROXIES", default=0)

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "youlin.kernel",
    "youlin.ui",
    "youlin.apps.areas",
    "youlin.apps.parties",
    "youlin.apps.duties",
    "youlin.apps.notices",
    "youlin.apps.ledger",
    "youlin.apps.places",
    "youlin.apps.passes",
    "youlin.apps.rewards",
    "youlin.apps.cases",
    "youlin.apps.offers",
    "youlin.apps.responders",
    "youlin.apps.gates",
    "youlin.apps.linkage",
    "youlin.apps.exchange",
    "youlin.apps.indicators",
    "youlin.programmes",
    "youlin.doors.portal",
    "youlin.doors.codes",
    "youlin.doors.gates",
    "youlin.doors.desk",
    "youlin.doors.field",
    "youlin.doors.cockpit",
    "youlin.doors.open",
    "youlin.doors.operations",
    "youlin.doors.accounts",
]

MIDDLEWARE = [
    "youlin.config.observing.Observed",
    "youlin.config.body_limit.BodyLimit",
    "django.middleware.security.SecurityMiddleware",
    "youlin.ui.static_files.StaticFiles",
    "csp.middleware.CSPMiddleware",
    "youlin.config.admin_policy.AdminPolicy",
    "youlin.config.permissions_policy.PermissionsPolicy",
    "youlin.config.page_headers.PageHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "youlin.apps.parties.sessions.Limits",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "youlin.apps.parties.second_factor.Required",
    "django_htmx.middleware.HtmxMiddleware",
    "youlin.ui.errors.ErrorsInWords",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "youlin.config.urls"
WSGI_APPLICATION = "youlin.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Before all apps, because our pages for signing in replace those of allauth.
        "DIRS": [Path(__file__).resolve().parent.parent / "ui" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "youlin.ui.context.page",
            ],
        },
    }
]

_DATABASE_URL = env.str("DATABASE_URL", default="")
if _DATABASE_URL:
    DATABASES = {"default": env.db_url_config(_DATABASE_URL)}
    DATABASES["default"].setdefault("CONN_MAX_AGE", 60)
    # After the database was away, a kept connection is dead without knowing it: nobody's first page is an error for that.
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": YOULIN_HOME / "youlin.sqlite3",
            # Kept like PostgreSQL's: the last one to close writes the log back into the file. A commit waits for the disk
            # (FULL), as PostgreSQL's does: what was acknowledged is there after a power cut too.
            "CONN_MAX_AGE": 60,
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000;"
                    "PRAGMA cache_size=-16000; PRAGMA temp_store=MEMORY;"
                ),
            },
            "TEST": {"NAME": None},
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "parties.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "youlin.apps.parties.passwords.Keyed",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "youlin.apps.parties.passwords.LengthLimit"},
    {"NAME": "youlin.apps.parties.passwords.NoPattern"},
    {"NAME": "youlin.apps.parties.strength.Guessable"},
]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "youlin.apps.parties.sign_in.Adapter"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
# Wrong passwords are counted by axes; allauth counts wrong codes of the second factor, by person alone.
ACCOUNT_RATE_LIMITS = {"login": "600/m/ip", "login_failed": "5/5m/key"}
MFA_ADAPTER = "youlin.apps.parties.second_factor.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "youlin.apps.parties.second_factor_forms.Authenticate",
    "reauthenticate": "youlin.apps.parties.second_factor_forms.Reauthenticate",
    "authenticate_webauthn": "youlin.apps.parties.second_factor_forms.AuthenticateByKey",
    "reauthenticate_webauthn": "youlin.apps.parties.second_factor_forms.ReauthenticateByKey",
    "add_webauthn": "youlin.apps.parties.second_factor_forms.AddKey",
    "edit_webauthn": "youlin.apps.parties.second_factor_forms.RenameKey",
}
MFA_TOTP_TOLERANCE = 1
STAFF_SECOND_FACTOR = env.str("YOULIN_STAFF_SECOND_FACTOR", default="optional")
# One wrong-password counter per person *and* address: an office behind one address is never locked as a whole.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = env.int("YOULIN_SIGN_IN_TRIES", default=8)
AXES_COOLOFF_TIME = 0.25
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_USERNAME_CALLABLE = "youlin.apps.parties.sign_in.lockout_name"
AXES_CLIENT_IP_CALLABLE = "youlin.apps.parties.sign_in.client_address"
AXES_LOCKOUT_CALLABLE = "youlin.apps.parties.sign_in.locked_out"
AXES_VERBOSE = False

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", _("英文"))]
LOCALE_PATHS = [Path(__file__).resolve().parent.parent / "locale"]
AREA_PROFILE = env.str("YOULIN_AREA_PROFILE", default="china")
TIME_ZONE = env.str("YOULIN_TIME_ZONE", default="Asia/Shanghai")
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = YOULIN_HOME / "static"
STORAGES = {
    "default": {"BACKEND": "youlin.kernel.media.storage.Durable"},
    "staticfiles": {"BACKEND": "youlin.ui.static_files.Addressed"},
}
WHITENOISE_USE_FINDERS = True

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

_SELF = "'self'"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": [_SELF],
        "style-src": [_SELF],
        "img-src": [_SELF, "data:", "blob:"],
        "media-src": [_SELF, "blob:"],
        "font-src": [_SELF],
        "connect-src": [_SELF],
        "worker-src": [_SELF, "blob:"],
        "manifest-src": [_SELF],
        "form-action": [_SELF],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = BEHIND_TLS
STAFF_SESSION_HOURS = env.float("YOULIN_STAFF_SESSION_HOURS", default=12)
STAFF_IDLE_MINUTES = env.float("YOULIN_STAFF_IDLE_MINUTES", default=120)
CSRF_COOKIE_SECURE = BEHIND_TLS
CSRF_FAILURE_VIEW = "youlin.ui.errors.csrf_failed"
SECURE_HSTS_SECONDS = 31536000 if BEHIND_TLS else 0
if BEHIND_TLS:
    # With this prefix a browser takes the cookie from this very host alone, over TLS, for all of it.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# How fast one may write at the public doors; see `doors.pace`.
PACE_VISITOR = env.str("YOULIN_PACE_VISITOR", default="40 per 10 minutes; 300 per day")
PACE_CLIENT = env.str("YOULIN_PACE_CLIENT", default="3000 per minute")
PACE_ADDRESS = env.str("YOULIN_PACE_ADDRESS", default="1500 per 10 minutes")

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
BODY_MAX_BYTES = env.int("YOULIN_BODY_MAX_BYTES", default=160 * 1024 * 1024)
PHOTO_MAX_BYTES = env.int("YOULIN_PHOTO_MAX_BYTES", default=15 * 1024 * 1024)
AUDIO_MAX_BYTES = env.int("YOULIN_AUDIO_MAX_BYTES", default=10 * 1024 * 1024)
CLAMD = env.str("YOULIN_CLAMD", default="")

SMS_ADAPTER = env.str("YOULIN_SMS_ADAPTER", default="youlin.apps.notices.adapters.console.send_sms")
MAIL_ADAPTER = env.str("YOULIN_MAIL_ADAPTER", default="youlin.apps.notices.adapters.console.send_mail")
SMS_GATEWAY_URL = env.str("YOULIN_SMS_GATEWAY_URL", default="")
SMS_GATEWAY_SECRET = env.str("YOULIN_SMS_GATEWAY_SECRET", default="")
TENCENT_SMS_URL = env.str("YOULIN_TENCENT_SMS_URL", default="https://sms.tencentcloudapi.com")
TENCENT_SMS_REGION = env.str("YOULIN_TENCENT_SMS_REGION", default="ap-beijing")
TENCENT_SMS_SECRET_ID = env.str("YOULIN_TENCENT_SMS_SECRET_ID", default="")
TENCENT_SMS_SECRET_KEY = env.str("YOULIN_TENCENT_SMS_SECRET_KEY", default="")
TENCENT_SMS_APP = env.str("YOULIN_TENCENT_SMS_APP", default="")
TENCENT_SMS_SIGN = env.str("YOULIN_TENCENT_SMS_SIGN", default="")
TENCENT_SMS_TEMPLATE = env.str("YOULIN_TENCENT_SMS_TEMPLATE", default="")
WECOM_ADAPTER = env.str("YOULIN_WECOM_ADAPTER", default="youlin.apps.notices.adapters.console.send_wecom")
WECOM_URL = env.str("YOULIN_WECOM_URL", default="https://qyapi.weixin.qq.com")
WECOM_CORP = env.str("YOULIN_WECOM_CORP", default="")
WECOM_SECRET = env.str("YOULIN_WECOM_SECRET", default="")
WECOM_AGENT = env.int("YOULIN_WECOM_AGENT", default=0)
PRIVATE_NETWORKS = env.list("YOULIN_PRIVATE_NETWORKS", default=[])
MAIL_SERVER = env.str("YOULIN_MAIL_SERVER", default="localhost")
MAIL_PORT = env.int("YOULIN_MAIL_PORT", default=25)
MAIL_STARTTLS = env.bool("YOULIN_MAIL_STARTTLS", default=False)
MAIL_USER = env.str("YOULIN_MAIL_USER", default="")
MAIL_PASSWORD = env.str("YOULIN_MAIL_PASSWORD", default="")
MAIL_FROM = env.str("YOULIN_MAIL_FROM", default="youlin@localhost")
PUSH_CONTACT = env.str("YOULIN_PUSH_CONTACT", default="mailto:youlin@localhost")
PUSH_HOSTS = env.list(
    "YOULIN_PUSH_HOSTS",
    default=[
        "fcm.googleapis.com",
        "updates.push.services.mozilla.com",
        "*.push.apple.com",
        "*.notify.windows.com",
    ],
)
QUIET_HOURS = env.str("YOULIN_QUIET_HOURS", default="22:00-07:00")

AMBER_SHARE = env.float("YOULIN_AMBER_SHARE", default=0.75)
ESCALATE_AGAIN_HOURS = env.float("YOULIN_ESCALATE_AGAIN_HOURS", default=24)
REOPEN_DAYS = env.int("YOULIN_REOPEN_DAYS", default=30)
ARCHIVE_DAYS = env.int("YOULIN_ARCHIVE_DAYS", default=365)
EXPORT_DAYS = env.int("YOULIN_EXPORT_DAYS", default=7)
ROSTER_SOURCES = env.json("YOULIN_ROSTER_SOURCES", default={})
PASS_KEY_DAYS = env.int("YOULIN_PASS_KEY_DAYS", default=90)

LOG_FORMAT = env.str("YOULIN_LOG_FORMAT", default="plain")
LOG_REQUESTS = env.bool("YOULIN_LOG_REQUESTS", default=LOG_FORMAT == "json")
METRICS_KEY = env.str("YOULIN_METRICS_KEY", default="")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"()": "youlin.kernel.observing.logs.Plain"},
        "json": {"()": "youlin.kernel.observing.logs.Json"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "json" if LOG_FORMAT == "json" else "plain",
        }
    },
    # axes writes user names and addresses at every sign-in; what it locks is told by `sign_in.locked_out`.
    # SQL with its values is never logged, whatever the level.
    # Two lines a task would drown what a person looks for; failures are warnings and stay.
    "loggers": {
        "axes": {"level": "ERROR"},
        "django.db.backends": {"level": "INFO"},
        "django_tasks": {"level": "WARNING"},
        # Tells each of its steps; what goes wrong in it rises to us.
        "pygeoapi": {"level": "CRITICAL"},
    },
    "root": {"handlers": ["console"], "level": env.str("YOULIN_LOG_LEVEL", default="INFO")},
}
SILENCED_SYSTEM_CHECKS: list[str] = []

UNFOLD = admin_look.UNFOLD
