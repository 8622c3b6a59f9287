"""The forms by which people enter the back office and change their passwords there: the API's rules, in HTML."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import Throttled
from unfold.forms import AdminOwnPasswordChangeForm, AuthenticationForm

from openevent import desks

from .. import services
from .login import counted_attempt


class ThrottledLoginForm(AuthenticationForm):
    """For ``AdminSite.login_form``."""

    def confirm_login_allowed(self, user: Any) -> None:
        """Administrators, and whoever has a role in an event."""
        if not desks.may_enter(user):
            message = _("You have no role in an event. Ask its organizers to invite you.")
            raise ValidationError(message, code="no_role")

    def clean(self) -> dict[str, Any]:
        """Django's check of address and password, unless there were too many that failed."""
        try:
            with counted_attempt(self.request, self.cleaned_data.get("username") or ""):
                return super().clean()
        except Throttled as error:
            raise ValidationError(str(error.detail), code="throttled") from error


class PasswordForm(AdminOwnPasswordChangeForm):
    """For ``BackOffice.password_change_form``: all tokens from before are void, as after the API's change."""

    def save(self, commit: bool = True) -> Any:
        """Store the new password."""
        services.change_password(
            user=self.user,
            old_password=self.cleaned_data["old_password"],
            new_password=self.cleaned_data["new_password1"],
        )
        self.user.refresh_from_db()
        return self.user
