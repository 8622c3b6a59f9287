"""People in the back office."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminPasswordWidget

from openevent.admin import BackOfficeAdmin, BackOfficeForm, Link, action, moment

from .. import services
from ..models import User


class NewUserForm(BackOfficeForm):
    """What an account begins with."""

    password = forms.CharField(
        label=_("Password"), widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}), strip=False
    )

    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["email", "password", "first_name", "last_name"]


@admin.register(User)
class UserAdmin(BackOfficeAdmin):
    """Accounts. What may be changed of whom is said by services.update_user."""

    group, icon = _("People"), "person"
    inlines: ClassVar[list[Any]] = []  # apps above add what they know of people
    list_display = ["email", "full_name", "is_verified", "is_blocked", "is_admin", moment("created_at")]
    list_filter = ["is_verified", "is_blocked", "is_admin", "is_super_admin"]
    search_fields = ["email", "first_name", "last_name"]
    ordering = ["-pk"]
    readonly_fields = ["is_super_admin", "created_at", "last_accessed_at"]
    actions = row_actions = ["block", "unblock", "mail_reset_link"]
    fieldsets = [
        (None, {"fields": ["email", "first_name", "last_name", "public_name", "company", "contact", "details"]}),
        (_("What the account may do"), {"fields": ["is_verified", "is_blocked", "is_admin", "is_super_admin"]}),
        (_("Site roles"), {"fields": ["is_sales_admin", "is_marketer"]}),
        (
            _("Billing"),
            {
                "classes": ["collapse"],
                "fields": [
                    "billing_contact_name",
                    "billing_phone",
                    "billing_address",
                    "billing_zip_code",
                    "billing_city",
                    "billing_state",
                    "billing_country",
                    "billing_tax_info",
                    "billing_additional_info",
                ],
            },
        ),
        (_("History"), {"fields": ["created_at", "last_accessed_at"]}),
    ]

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """A new account needs an address and a password."""
        return super().get_fieldsets(request, obj) if obj else [(None, {"fields": NewUserForm.Meta.fields})]

    def get_form(self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any) -> Any:
        """The short form for a new account."""
        return super().get_form(request, obj, change=change, **({} if obj else {"form": NewUserForm}), **kwargs)

    def create(self, request: HttpRequest, obj: User, form: Any) -> None:
        """Register, as people do themselves: with a welcome and a verification mail."""
        obj.__dict__.update(services.register_user(**form.cleaned_data).__dict__)

    def update(self, request: HttpRequest, obj: User, form: Any) -> None:
        """Change what one's rank allows."""
        changes = {name: form.cleaned_data[name] for name in form.changed_data}
        services.update_user(user=obj, by=request.user, changes=changes)  # type: ignore[arg-type]

    def row_links(self, request: HttpRequest, obj: User) -> Iterable[Link]:
        """The actions, and to work as somebody else, which the log will tell."""
        yield from super().row_links(request, obj)
        if self.may(request, "log_in_as", obj):
            fields = {"user_pk": obj.pk, "next": reverse("admin:index")}
            yield Link(
                _("Log in as this person"), reverse("hijack:acquire"), "switch_account", is_post=True, fields=fields
            )

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        """Close the account."""
        services.trash_user(user=obj, by=request.user)  # type: ignore[arg-type]

    @action(_("Block: log out everywhere and lock out"), icon="block", when=lambda user: not user.is_blocked)
    def block(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self.for_each(request, queryset, "change", lambda user: services.block_user(user=user, by=request.user))

    @action(_("Unblock"), icon="lock_open", when=lambda user: user.is_blocked)
    def unblock(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self.for_each(request, queryset, "change", lambda user: services.unblock_user(user=user, by=request.user))

    @action(_("Mail a link to choose a new password"), icon="lock_reset")
    def mail_reset_link(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self.for_each(request, queryset, "change", lambda user: services.request_password_reset(email=user.email))
