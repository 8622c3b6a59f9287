"""Every setting of openevent, in one file, read from the environment.

Nothing needs to be set on a developer's machine: PostgreSQL and Valkey then run under
``OPENEVENT_VAR`` (see openevent/local). On a server set DATABASE_URL, REDIS_URL, SECRET_KEY and
OPENEVENT_ENV=production; docs/operations.md has the table.
"""

from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent

AUTH_USER_MODEL = "accounts.User"
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "corsheaders",
    "rest_framework",
    "rest_framework_simplejwt.token_blacklist",
    "django_filters",
    "drf_spectacular",
    "anymail",
    "accounts",
    "events",
    "ticketing",
    "orders",
    "payments",
]
USE_TZ = True
TIME_ZONE = "UTC"
ROOT_URLCONF = "openevent.urls"
AUTHENTICATION_BACKENDS = ["accounts.backends.EmailBackend"]
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # the address is unique among the living, by a constraint of its own
