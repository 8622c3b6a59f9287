"""Every setting of openevent, in one file, read from the environment.

Nothing needs to be set on a developer's machine: PostgreSQL, Valkey and a mail server then run
under ``OPENEVENT_VAR`` (see openevent/local). On a server set OPENEVENT_ENV=production, and it
refuses to start until the rest is in place; docs/operations.md has the table.
"""

import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from openevent import env
from openevent.local.places import Places, local_webhook_secret

# --- where we are ---------------------------------------------------------------------------------

BASE_DIR = Path(__file__).resolve().parent.parent
ENVIRONMENT = env.text("OPENEVENT_ENV", "development")
if ENVIRONMENT not in ("development", "production"):
    raise ImproperlyConfigured(f"OPENEVENT_ENV={ENVIRONMENT}: write production or development.")
IS_PRODUCTION = ENVIRONMENT == "production"
VAR = Path(env.text("OPENEVENT_VAR", str(BASE_DIR / "var"))).resolve()
PLACES = Places(VAR)
PORT = env.integer("PORT", 8000)
# Where people reach the API and the admin: links in mails to the organizers, the API document.
SITE_URL = env.text("SITE_URL", f"http://localhost:{PORT}").rstrip("/")
# Where the web app lives: links in mails to visitors, and the origin that browsers may call from.
FRONTEND_URL = env.text("FRONTEND_URL", "http://localhost:4200").rstrip("/")

# --- secrets and doors ----------------------------------------------------------------------------

DEBUG = env.boolean("DEBUG")
DEVELOPMENT_KEY = "openevent-development-key-that-production-refuses-to-start-with"
SECRET_KEY = env.text("SECRET_KEY")
if not SECRET_KEY and not IS_PRODUCTION:
    # `make run` makes a key of its own; before it ever ran (and in tests) a known one does.
    SECRET_KEY = PLACES.secret_key_file.read_text() if PLACES.secret_key_file.exists() else DEVELOPMENT_KEY
# Encrypts the secrets of payment accounts in the database (openevent/secrets.py). Several, the newest first,
# while a key is being changed.
PAYMENT_SECRETS_KEYS = env.words("PAYMENT_SECRETS_KEY", () if IS_PRODUCTION else (f"payments {SECRET_KEY}",))
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", () if IS_PRODUCTION else ("localhost", ".localhost", "127.0.0.1", "[::1]"))
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.EmailBackend"]
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # the address is unique among the living, by a constraint of its own
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    # No list of common passwords: the interface promises that eight characters do, and clients rely on it.
]
PASSWORD_RESET_TIMEOUT = 60 * 60  # seconds

# HTTPS: on in production, unless a trial behind plain HTTP says INSECURE_HTTP=1.
IS_HTTPS = IS_PRODUCTION and not env.boolean("INSECURE_HTTP")
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_HSTS_SECONDS = env.integer("HSTS_SECONDS", 365 * 24 * 3600 if IS_HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HTTPS
SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_AGE = 12 * 3600  # seconds; sessions are for the admin only
X_FRAME_OPTIONS = "DENY"
if env.boolean("BEHIND_PROXY", IS_PRODUCTION):
    # The proxy must set this header itself and drop the one it was sent.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", (SITE_URL,))

CORS_ALLOWED_ORIGINS = env.words(
    "CORS_ALLOWED_ORIGINS", ("{0.scheme}://{0.netloc}".format(urlsplit(FRONTEND_URL)),)
)
CORS_ALLOW_CREDENTIALS = True  # the refresh cookie
CORS_ALLOW_HEADERS = (
    "accept",
    "authorization",
    "content-type",
    "idempotency-key",
    "if-none-match",
    "x-csrf-token",
    "x-request-id",
    "x-requested-with",
)
CORS_EXPOSE_HEADERS = ("location", "etag", "x-request-id", "retry-after", "idempotency-replayed")

# --- the application ------------------------------------------------------------------------------

INSTALLED_APPS = [
    "openevent.apps.OpeneventConfig",
    "unfold.apps.BasicAppConfig",  # the back office's theme: its templates come before Django's (docs/adr)
    "unfold.contrib.filters",
    "openevent.apps.BackOfficeConfig",  # django.contrib.admin
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "corsheaders",
    "rest_framework",
    "rest_framework_simplejwt.token_blacklist",
    "django_filters",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",  # recovery codes
    "hijack",  # administrators who work as somebody else
    "drf_spectacular",
    "drf_spectacular_sidecar",  # the files of /api/docs
    "anymail",
    "accounts",
    "events",
    "ticketing",
    "orders",
    "payments",
]
MIDDLEWARE = [
    "openevent.logging.RequestIdMiddleware",  # first: everything below may log
    "openevent.health.ProbeMiddleware",  # before the host check: probes come by IP, without TLS
    "openevent.metrics.MetricsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "openevent.admin.headers.ContentSecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "openevent.entity_tags.EntityTagMiddleware",  # ETag, and 304 where nothing changed
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "hijack.middleware.HijackUserMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "openevent.urls"
WSGI_APPLICATION = "openevent.wsgi.application"
ASGI_APPLICATION = "openevent.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
DATA_UPLOAD_MAX_MEMORY_SIZE = env.integer("MAX_BODY_BYTES", 5 * 1024 * 1024)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
FORMAT_MODULE_PATH = "openevent.formats"
LOCALE_PATHS = [BASE_DIR / "locale"]

# --- the back office ------------------------------------------------------------------------------

LOGIN_URL = LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "/admin/"
REQUIRE_TWO_FACTOR = env.boolean("REQUIRE_TWO_FACTOR")  # of super admins; the others may turn it on
OTP_TOTP_ISSUER = "openevent"
HIJACK_PERMISSION_CHECK = "accounts.impersonation.may_log_in_as"

UNFOLD: dict[str, object] = {
    "SITE_TITLE": "openevent",
    "SITE_HEADER": "openevent",
    "SITE_SUBHEADER": env.text("SITE_NAME", ""),
    "SITE_SYMBOL": "confirmation_number",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "openevent.admin.theme.favicon"}],
    "SITE_URL": FRONTEND_URL,
    "SHOW_LANGUAGES": True,
    "LANGUAGES": {"action": "/admin/language/"},
    "SHOW_BACK_BUTTON": True,
    "BORDER_RADIUS": "6px",
    "STYLES": ["openevent.admin.theme.stylesheet"],
    "SCRIPTS": ["openevent.admin.theme.script"],
    "SIDEBAR": {"show_search": True, "navigation": "openevent.admin.site.menu"},
    "ACCOUNT": {"navigation": "openevent.admin.theme.account_links"},
    "COLORS": {
        "primary": {
            "50": "#eff8ff",
            "100": "#dbeefe",
            "200": "#bfe1fd",
            "300": "#93cffb",
            "400": "#60b3f7",
            "500": "#3b93f2",
            "600": "#2563c9",
            "700": "#1d4fa8",
            "800": "#1e4288",
            "900": "#1e3a6d",
            "950": "#172544",
        }
    },
}

# --- the API --------------------------------------------------------------------------------------

REST_FRAMEWORK: dict[str, object] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.auth.authentication.JWTAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["openevent.api.wire.PlainParser", "openevent.api.wire.JSONAPIParser"],
    "DEFAULT_RENDERER_CLASSES": ["openevent.api.wire.PlainRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "openevent.api.wire.Negotiation",
    "EXCEPTION_HANDLER": "openevent.api.errors.exception_handler",
    "DEFAULT_SCHEMA_CLASS": "openevent.api.schema.operations.APISchema",
    "URL_FORMAT_OVERRIDE": None,
}
IDEMPOTENCY_MODEL = "accounts.IdempotencyKey"  # keeps the answers to requests that may be sent twice
API_MAX_PAGE_SIZE = env.integer("API_MAX_PAGE_SIZE", 10_000)  # rows; page[size]=0 means this many at most
SPECTACULAR_SETTINGS: dict[str, object] = {
    "TITLE": "openevent API",
    "DESCRIPTION": "Events, programme, tickets, orders and the door: the Open Event API v1, as JSON:API.",
    "VERSION": "1",
    "LICENSE": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
    "SERVERS": [{"url": "/"}],
    "SCHEMA_PATH_PREFIX": "/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "SORT_OPERATION_PARAMETERS": False,
    "PREPROCESSING_HOOKS": ["openevent.api.schema.serving.spell_paths"],
    "POSTPROCESSING_HOOKS": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {
        "deepLinking": True,
        "docExpansion": "none",
        "filter": True,
        "tagsSorter": "alpha",
        "persistAuthorization": True,
        "displayOperationId": False,
        "defaultModelsExpandDepth": -1,
    },
}
SIMPLE_JWT = {
    "AUTH_HEADER_TYPES": ("JWT", "Bearer"),
    "USER_ID_CLAIM": "identity",
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=env.integer("ACCESS_TOKEN_MINUTES", 24 * 60)),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=env.integer("REFRESH_TOKEN_DAYS", 30)),
    "UPDATE_LAST_LOGIN": False,  # one more write per login, on a row that sales lock
}

# --- throttles --------------------------------------------------------------------------------------

# How often: scope -> rates, see openevent/api/throttling.py. THROTTLE_<SCOPE> in the environment changes one.
THROTTLES = {
    scope: env.text(f"THROTTLE_{scope.upper()}", rates)
    for scope, rates in {
        "login": "10/m",  # failures, per account and caller
        "login_ip": "60/m",  # failures, per caller
        "login_account": "100/h",  # failures, per account, from places where it was never entered before
        "password": "10/m",  # wrong guesses by somebody who is logged in: change-password, verify-password
        "register": "120/m",  # per caller
        "check_email": "60/m",  # per caller
        "reset": "5/15m",  # reset mails per address
        "resend": "5/15m",  # verification mails per address
        "reset_ip": "30/m",  # reset and verification mails per caller
        "verify": "30/m",  # attempts with a mailed token, per caller
        "order_mail": "30/m",  # summaries and tickets of orders sent once more, per caller
        "code": "120/m",  # discount and access codes looked up by their word, per caller
        "charge": "60/m",  # attempts to pay, per caller
        "contact": "10/h",  # messages to a group or to organizers, per caller
        "session_mail": "60/m",  # mails to the speakers of a session, per caller
        "job": "120/m",  # exports and imports asked for, per caller
        "upload": "120/m",  # per caller
        "token": "120/m",  # refresh, logout, blacklist, per caller
    }.items()
}
# Proxies of our own in front of the server, each of which appends to X-Forwarded-For.
NUM_PROXIES = env.integer("NUM_PROXIES", 1 if env.boolean("BEHIND_PROXY", IS_PRODUCTION) else 0)

# --- database -------------------------------------------------------------------------------------

DATABASE_URL = env.text("DATABASE_URL")
# What a statement may take, in seconds; 0 is as long as it likes. The web server sets it (openevent/webserver.py):
# whatever is asked ends. Exports, imports and migrations take their time.
DATABASE_STATEMENT_SECONDS = env.integer("DATABASE_STATEMENT_SECONDS", 0)
DATABASES = {
    "default": {
        **env.limited(
            env.database(DATABASE_URL) if DATABASE_URL else PLACES.database_settings(), DATABASE_STATEMENT_SECONDS
        ),
        # Connections stay open between requests: opening one costs more than a sale's statements.
        "CONN_MAX_AGE": env.integer("DATABASE_CONNECTION_SECONDS", 600),
        "CONN_HEALTH_CHECKS": True,
    }
}

# --- Valkey (or Redis): cache and broker ------------------------------------------------------------

REDIS_URL = env.text("REDIS_URL", "" if IS_PRODUCTION else PLACES.redis_url)
CACHE_URL = env.redis(REDIS_URL, db=1)[0] if REDIS_URL else ""
CACHES = {
    "default": {
        "BACKEND": "openevent.cache.FailOpenRedisCache",
        "LOCATION": CACHE_URL,
        "KEY_PREFIX": "openevent",
        "TIMEOUT": 300,
        "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5, "health_check_interval": 30},
    }
}

CELERY_BROKER_URL = env.redis(REDIS_URL, db=0)[1] if REDIS_URL else ""
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True  # what a task achieved is a row; there is no result backend
CELERY_TASK_ACKS_LATE = True  # a worker that dies gives its tasks back: each may run twice
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 2000  # rendering PDFs leaks a little
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_SOFT_TIME_LIMIT = 9 * 60  # seconds
CELERY_TASK_TIME_LIMIT = 10 * 60
# A request never waits for a broker that is down: connect, fail, one more try at once, give up.
# What was not queued is found again by the beat tasks, from the rows.
CELERY_TASK_PUBLISH_RETRY = True
CELERY_TASK_PUBLISH_RETRY_POLICY = {
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.1,
}
CELERY_BROKER_CONNECTION_TIMEOUT = 0.5
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its broker as long as it takes
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 0.4,
    "socket_timeout": 0.4,  # openevent/celery.py gives workers more: they wait for messages
    "socket_keepalive": True,
    "visibility_timeout": 15 * 60,  # longer than any task may run; then a lost one is delivered again
}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "run" / "celerybeat-schedule")
# The heartbeat has a queue of its own, so that a thousand waiting mails do not look like a dead worker.
# Exports and imports have one, too: a worker of their own (`celery worker -Q jobs`) keeps them out of the mails' way.
CELERY_TASK_QUEUES: dict[str, dict[str, object]] = {"celery": {}, "heartbeat": {}, "jobs": {}}
CELERY_TASK_ROUTES = {
    "openevent.tasks.heartbeat": {"queue": "heartbeat"},
    "accounts.tasks.run_job_task": {"queue": "jobs"},
    "accounts.tasks.resize_picture_task": {"queue": "jobs"},
}
# Every periodic task of the house: what is overdue is found in the rows and queued again.
CELERY_BEAT_SCHEDULE: dict[str, dict[str, object]] = {
    "heartbeat": {"task": "openevent.tasks.heartbeat", "schedule": 15.0, "options": {"expires": 30}},
    "mails": {
        "task": "accounts.tasks.deliver_overdue_mails_task",
        "schedule": 15.0,
        "options": {"expires": 30},
    },
    "tokens": {
        "task": "accounts.tasks.clear_expired_tokens_task",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "jobs": {
        "task": "accounts.tasks.sweep_jobs_task",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "missed pictures": {
        "task": "accounts.tasks.resize_missed_pictures_task",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "overdue orders": {
        "task": "orders.tasks.expire_overdue_orders_task",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "owed tickets": {
        "task": "orders.tasks.issue_owed_tickets_task",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "tallies": {
        "task": "orders.tasks.fold_tallies_task",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "owed badges": {
        "task": "orders.tasks.print_owed_badges_task",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "open payments": {
        "task": "payments.tasks.sweep_payments_task",
        "schedule": 20.0,
        "options": {"expires": 20},
    },
    "due refunds": {
        "task": "payments.tasks.sweep_refunds_task",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "waiting webhooks": {
        "task": "payments.tasks.sweep_webhooks_task",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "owed invoices": {
        "task": "payments.tasks.issue_event_invoices_task",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "thanks after events": {
        "task": "events.tasks.thank_after_events_task",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "ending sales": {
        "task": "ticketing.tasks.remind_of_ending_sales_task",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "orphaned attendees": {
        "task": "orders.tasks.remove_orphans_task",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
}

# --- payments -------------------------------------------------------------------------------------

# The platform's accounts. An event's own Stripe account is connected to them (stripe-authorization).
STRIPE_SECRET_KEY = env.text("STRIPE_SECRET_KEY")
STRIPE_WEBHOOK_SECRETS = env.words("STRIPE_WEBHOOK_SECRET")
# Another server that speaks Stripe's API, for development; `make run` starts one and says here where it is.
STRIPE_URL = env.text("STRIPE_URL", "" if IS_PRODUCTION else PLACES.stripe_url()).rstrip("/")
if STRIPE_URL and not IS_PRODUCTION:
    STRIPE_SECRET_KEY = STRIPE_SECRET_KEY or "sk_test_openevent"
    STRIPE_WEBHOOK_SECRETS = STRIPE_WEBHOOK_SECRETS or [local_webhook_secret(SECRET_KEY)]
PAYPAL_URL = env.text("PAYPAL_URL", "https://api-m.paypal.com" if IS_PRODUCTION else PLACES.paypal_url()).rstrip("/")
PAYPAL_CLIENT_ID = env.text("PAYPAL_CLIENT_ID", "" if IS_PRODUCTION else "openevent")
PAYPAL_SECRET = env.text("PAYPAL_SECRET", "" if IS_PRODUCTION else "openevent-secret")
PAYPAL_WEBHOOK_ID = env.text("PAYPAL_WEBHOOK_ID", "" if IS_PRODUCTION else "WH-OPENEVENT")
PROVIDER_TIMEOUT = env.integer("PROVIDER_TIMEOUT", 15)  # seconds

# Log-in by accounts elsewhere: name → (id, secret), see accounts/auth/providers.py. Without keys it answers 503.
OAUTH_CLIENTS = {
    name: (env.text(f"OAUTH_{name.upper()}_ID"), env.text(f"OAUTH_{name.upper()}_SECRET"))
    for name in ("google", "facebook")
}

# --- files ----------------------------------------------------------------------------------------

# STORAGE=local keeps files under var/media; STORAGE=s3 in a bucket of any S3 server.
MEDIA_ROOT = Path(env.text("MEDIA_ROOT", str(VAR / "media")))
MEDIA_URL = env.text("MEDIA_URL", "/media/")
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(VAR / "static")))
STATIC_URL = "/static/"
WHITENOISE_MANIFEST_STRICT = False
STORAGE = env.text("STORAGE", "local")
if STORAGE not in ("local", "s3"):
    raise ImproperlyConfigured(f"STORAGE={STORAGE}: write local or s3.")
LOCAL_STORAGE = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
S3_STORAGE = {
    "BACKEND": "storages.backends.s3.S3Storage",
    "OPTIONS": {
        "bucket_name": env.text("S3_BUCKET"),
        "endpoint_url": env.text("S3_ENDPOINT_URL") or None,
        "region_name": env.text("S3_REGION") or None,
        "access_key": env.text("S3_ACCESS_KEY") or None,  # without keys: those of the machine's role
        "secret_key": env.text("S3_SECRET_KEY") or None,
        "custom_domain": env.text("S3_PUBLIC_DOMAIN") or None,
        "addressing_style": env.text("S3_ADDRESSING_STYLE", "path" if env.text("S3_ENDPOINT_URL") else "auto"),
        "querystring_expire": 3600,  # seconds a signed link works
        "file_overwrite": False,
    },
}
EXPORT_HOURS = env.integer("EXPORT_HOURS", 24)  # how long the result of an export or import can be fetched
MAX_UPLOAD_BYTES = env.integer("MAX_UPLOAD_BYTES", 50 * 1024 * 1024)  # one file
MAX_IMAGE_BYTES = env.integer("MAX_IMAGE_BYTES", 10 * 1024 * 1024)  # one picture, as the file is
STORAGES = {
    "default": S3_STORAGE if STORAGE == "s3" else LOCAL_STORAGE,
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if IS_PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# --- mail -----------------------------------------------------------------------------------------

# EMAIL_PROVIDER names one of django-anymail's (mailgun, postmark, amazon_ses, …), whose own
# settings are given as ANYMAIL_…; else EMAIL_URL names an SMTP server; else the local one is meant.
EMAIL_PROVIDER = env.text("EMAIL_PROVIDER")
EMAIL_URL = env.text("EMAIL_URL")
ANYMAIL = env.prefixed("ANYMAIL_")
EMAIL_BACKEND = (
    f"anymail.backends.{EMAIL_PROVIDER}.EmailBackend"
    if EMAIL_PROVIDER
    else "django.core.mail.backends.smtp.EmailBackend"
)
EMAIL_TIMEOUT = 10  # seconds
_smtp = env.email(EMAIL_URL or f"smtp://127.0.0.1:{PLACES.mail_port()}")
EMAIL_HOST, EMAIL_PORT = _smtp["EMAIL_HOST"], _smtp["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _smtp["EMAIL_HOST_USER"], _smtp["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = _smtp["EMAIL_USE_TLS"], _smtp["EMAIL_USE_SSL"]
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "openevent <noreply@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- watching it ----------------------------------------------------------------------------------

METRICS = env.boolean("METRICS")
METRICS_TOKEN = env.text("METRICS_TOKEN")  # when set, /metrics asks for it as a bearer token
if METRICS:
    # prometheus_client reads this when it is first imported: one folder for all processes.
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(VAR / "metrics"))
LOG_LEVEL = env.text("LOG_LEVEL", "INFO").upper()
LOG_FORMAT = env.text("LOG_FORMAT", "json" if IS_PRODUCTION else "plain")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "openevent.logging.JsonFormatter"},
        "plain": {"()": "openevent.logging.PlainFormatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
        "celery.app.trace": {"level": "WARNING"},  # openevent.tasks logs one line per task itself
        "celery.beat": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "kombu": {"level": "WARNING"},
        "botocore": {"level": "WARNING"},
        "stripe": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
        "xhtml2pdf": {"level": "ERROR"},
    },
}

# --- production refuses to start half configured ----------------------------------------------------

if IS_PRODUCTION:
    _missing = [
        problem
        for is_wrong, problem in (
            (not SECRET_KEY, "SECRET_KEY is missing"),
            (
                SECRET_KEY == DEVELOPMENT_KEY or "insecure" in SECRET_KEY,
                "SECRET_KEY is a default that everybody knows",
            ),
            (
                0 < len(SECRET_KEY) < 50 or 0 < len(set(SECRET_KEY)) < 10,
                "SECRET_KEY is too short or too simple (50 random characters)",
            ),
            (not PAYMENT_SECRETS_KEYS, "PAYMENT_SECRETS_KEY is missing"),
            (any(len(key) < 32 for key in PAYMENT_SECRETS_KEYS), "PAYMENT_SECRETS_KEY is too short"),
            (not ALLOWED_HOSTS, "ALLOWED_HOSTS is missing"),
            ("*" in ALLOWED_HOSTS, "ALLOWED_HOSTS may not be *"),
            (not DATABASE_URL, "DATABASE_URL is missing"),
            (not REDIS_URL, "REDIS_URL is missing"),
            (not (EMAIL_URL or EMAIL_PROVIDER), "EMAIL_URL or EMAIL_PROVIDER is missing"),
            (not env.text("SITE_URL"), "SITE_URL is missing"),
            (not env.text("FRONTEND_URL"), "FRONTEND_URL is missing"),
            (STORAGE == "s3" and not env.text("S3_BUCKET"), "S3_BUCKET is missing"),
            (DEBUG, "DEBUG is on"),
        )
        if is_wrong
    ]
    if _missing:
        raise ImproperlyConfigured(f"openevent does not start in production: {'; '.join(_missing)}.")
