"""The login form of the back office, under the same limits as the API's login."""

from typing import Any

from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from rest_framework.exceptions import Throttled

from .login import counted_attempt


class ThrottledLoginForm(AdminAuthenticationForm):
    """For ``AdminSite.login_form``."""

    def clean(self) -> dict[str, Any]:
        """Django's check of address and password, unless there were too many that failed."""
        try:
            with counted_attempt(self.request, self.cleaned_data.get("username") or ""):
                return super().clean()
        except Throttled as error:
            raise ValidationError(str(error.detail), code="throttled") from error
