from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    name = "orders"
    verbose_name = _("Orders and door")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.querysets import ACQUAINTANCES
        from events.querysets.video import ATTENDED_BY

        # declares what event copies leave and kinds of jobs, connects receivers
        from . import copying, exports, receivers  # noqa: F401
        from .querysets import buyers_of_own_events, events_attended

        ACQUAINTANCES.append(buyers_of_own_events)
        ATTENDED_BY.append(events_attended)
