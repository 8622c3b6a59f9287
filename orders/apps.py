from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from events.querysets.video import ATTENDED_BY

        from . import copying, receivers  # noqa: F401  (declares what event copies leave, connects receivers)
        from .querysets import events_attended

        ATTENDED_BY.append(events_attended)
