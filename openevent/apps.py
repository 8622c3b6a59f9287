from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class BackOfficeConfig(AdminConfig):
    """Django's admin with our site in place of its own."""

    default_site = "openevent.admin.BackOffice"


class OpeneventConfig(AppConfig):
    """The project itself: it has commands and tasks, but no tables."""

    name = "openevent"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import celery  # noqa: F401  (from here on, tasks of all apps belong to this Celery application)
