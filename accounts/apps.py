from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People and site")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import impersonation, receivers  # noqa: F401  (connects the app's signal receivers)
        from .models import User
        from .pictures import watch

        watch(User)
