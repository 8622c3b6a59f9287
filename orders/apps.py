from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    name = "orders"
    verbose_name = _("Orders and door")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from events.querysets.video import ATTENDED_BY

        from . import copying, receivers  # noqa: F401  (declares what event copies leave, connects receivers)
        from .querysets import events_attended

        ATTENDED_BY.append(events_attended)
