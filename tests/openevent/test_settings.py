"""The settings module, run anew in environments of all kinds."""

import os
import re
import runpy
from typing import Any
from unittest import mock

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

PRODUCTION = {
    "OPENEVENT_ENV": "production",
    "SECRET_KEY": "Vw3kq9Lr7Xz2Tn8Ym4Pc6Hb1Gd5Sf0JaQeUiOvRyKtNhBxZm-_q",
    "PAYMENT_SECRETS_KEY": "p9Xw2Lk7Qz4Tn1Vm8Yc5Rb3Hd6Gf0JsA",
    "ALLOWED_HOSTS": "tickets.example.com",
    "SITE_URL": "https://tickets.example.com",
    "FRONTEND_URL": "https://www.example.com/shop",
    "DATABASE_URL": "postgresql://db/openevent",
    "REDIS_URL": "redis://broker",
    "EMAIL_URL": "smtp://mail",
}


def read(*names: str, **environment: str) -> dict[str, Any]:
    """The settings called ``names`` in this environment; ``{"refused": sentence}`` when they refuse."""
    with mock.patch.dict(os.environ, environment, clear=True):
        try:
            found = runpy.run_path(str(settings.BASE_DIR / "openevent" / "settings.py"))
        except ImproperlyConfigured as error:
            return {"refused": str(error)}
    return {name: found[name] for name in names}


def test_production_starts_when_everything_is_given():
    found = read("SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "DEBUG", "CORS_ALLOWED_ORIGINS", **PRODUCTION)
    assert found == {
        "SECURE_SSL_REDIRECT": True,
        "SESSION_COOKIE_SECURE": True,
        "DEBUG": False,
        "CORS_ALLOWED_ORIGINS": ["https://www.example.com"],
    }


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is too short"),
        ({"SECRET_KEY": "a" * 60}, "SECRET_KEY is too short or too simple"),
        ({"SECRET_KEY": settings.DEVELOPMENT_KEY}, "SECRET_KEY is a default"),
        ({"PAYMENT_SECRETS_KEY": ""}, "PAYMENT_SECRETS_KEY is missing"),
        ({"PAYMENT_SECRETS_KEY": "short"}, "PAYMENT_SECRETS_KEY is too short"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS is missing"),
        ({"ALLOWED_HOSTS": "*"}, r"ALLOWED_HOSTS may not be \*"),
        ({"DATABASE_URL": ""}, "DATABASE_URL is missing"),
        ({"REDIS_URL": ""}, "REDIS_URL is missing"),
        ({"EMAIL_URL": ""}, "EMAIL_URL or EMAIL_PROVIDER is missing"),
        ({"FRONTEND_URL": ""}, "FRONTEND_URL is missing"),
        ({"STORAGE": "s3"}, "S3_BUCKET is missing"),
        ({"STORAGE": "tape"}, "STORAGE=tape"),
        ({"DEBUG": "1"}, "DEBUG is on"),
        ({"OPENEVENT_ENV": "prod"}, "OPENEVENT_ENV=prod"),
    ],
)
def test_production_refuses_to_start_with(change, complaint):
    refused = str(read("DEBUG", **{**PRODUCTION, **change})["refused"])
    assert re.search(complaint, refused)
    assert "\n" not in refused


def test_development_needs_nothing_and_two_folders_never_meet(tmp_path):
    one = read("DATABASES", "CELERY_BROKER_URL", OPENEVENT_VAR=str(tmp_path / "one"))
    two = read("DATABASES", "CELERY_BROKER_URL", OPENEVENT_VAR=str(tmp_path / "two"))
    assert one["DATABASES"]["default"]["HOST"] != two["DATABASES"]["default"]["HOST"]
    assert one["CELERY_BROKER_URL"] != two["CELERY_BROKER_URL"]


def test_mail_provider_is_chosen_by_name():
    found = read("EMAIL_BACKEND", "ANYMAIL", EMAIL_PROVIDER="postmark", ANYMAIL_POSTMARK_SERVER_TOKEN="t")
    assert found["EMAIL_BACKEND"] == "anymail.backends.postmark.EmailBackend"
    assert found["ANYMAIL"] == {"POSTMARK_SERVER_TOKEN": "t"}


def test_token_header_words_are_those_of_the_clients():
    assert settings.SIMPLE_JWT["AUTH_HEADER_TYPES"] == ("JWT", "Bearer")
    assert settings.SIMPLE_JWT["USER_ID_CLAIM"] == "identity"
