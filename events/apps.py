from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "events"
    verbose_name = _("Events")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.pictures import watch
        from accounts.querysets import ACQUAINTANCES, MAILS_READ_BY

        from . import exports, receivers  # noqa: F401  (declares kinds of jobs, connects receivers)
        from .pictures import WITH_SIZES
        from .querysets import mails_of_own_events, people_of_own_events

        ACQUAINTANCES.append(people_of_own_events)
        MAILS_READ_BY.append(mails_of_own_events)
        watch(*WITH_SIZES)
