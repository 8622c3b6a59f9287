"""People and the site in the back office."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from openevent.admin import BackOfficeAdmin, BackOfficeForm, OneRecordAdmin, ReadOnlyAdmin

from . import services
from .mail import send_mail_again
from .models import Mail, Module, Notification, Setting, User


class NewUserForm(BackOfficeForm):
    """What an account begins with."""

    password = forms.CharField(widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), strip=False)

    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["email", "password", "first_name", "last_name"]


@admin.register(User)
class UserAdmin(BackOfficeAdmin):
    """Accounts. What may be changed of whom is said by services.update_user."""

    list_display = ["email", "full_name", "is_verified", "is_blocked", "is_admin", "created_at"]
    list_filter = ["is_verified", "is_blocked", "is_admin", "is_super_admin"]
    search_fields = ["email", "first_name", "last_name"]
    ordering = ["-pk"]
    readonly_fields = ["is_super_admin", "created_at", "last_accessed_at"]
    actions = ["block", "unblock", "mail_reset_link"]
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

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        """Close the account."""
        services.trash_user(user=obj, by=request.user)  # type: ignore[arg-type]

    @admin.action(description=_("Block: log out everywhere and lock out"))
    def block(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self.for_each(request, queryset, "change", lambda user: services.block_user(user=user, by=request.user))

    @admin.action(description=_("Unblock"))
    def unblock(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self.for_each(request, queryset, "change", lambda user: services.unblock_user(user=user, by=request.user))

    @admin.action(description=_("Mail a link to choose a new password"))
    def mail_reset_link(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self.for_each(request, queryset, "change", lambda user: services.request_password_reset(email=user.email))


@admin.register(Mail)
class MailAdmin(ReadOnlyAdmin):
    """The outbox. One-time tokens stay placeholders, for everybody."""

    list_display = ["subject", "recipient", "action", "state", "attempts", "time", "sent_at"]
    list_filter = ["state", "action"]
    search_fields = ["recipient", "subject"]
    date_hierarchy = "time"
    actions = ["send_again"]
    fields = [
        "subject",
        "recipient",
        "action",
        "state",
        "attempts",
        "error",
        "time",
        "due_at",
        "sent_at",
        "content",
        "text",
    ]
    readonly_fields = ["content"]

    @admin.display(description=_("content"))
    def content(self, mail: Mail) -> str:
        """The mail as its reader sees it, where no script runs and nothing is loaded."""
        size = "width: 44em; max-width: 75vw; height: 32em; background: white"
        frame = '<iframe sandbox="" srcdoc="{}" title="{}" style="{}"></iframe>'
        return format_html(frame, mail.message, mail.subject, size)

    @admin.action(description=_("Send again"))
    def send_again(self, request: HttpRequest, queryset: QuerySet[Mail]) -> None:
        self.for_each(request, queryset, "list", lambda mail: send_mail_again(mail=mail))


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "user", "title", "is_read", "created_at"]
    list_filter = ["is_read"]
    list_select_related = ["user"]
    search_fields = ["user__email", "title"]


@admin.register(Module)
class ModuleAdmin(OneRecordAdmin):
    """The three switches of the site."""

    def get_form(self, request: HttpRequest, obj: Module | None = None, change: bool = False, **kwargs: Any) -> Any:
        """With what each switch does."""
        texts = {
            "ticket_include": _("Without it no event turns ticketing on and no ticket is created."),
            "payment_include": _("Without it there are no paid tickets and no payment methods."),
            "donation_include": _("Without it there are no donation tickets."),
        }
        labels = {"ticket_include": _("Ticketing"), "payment_include": _("Payment"), "donation_include": _("Donations")}
        return super().get_form(request, obj, change=change, help_texts=texts, labels=labels, **kwargs)


@admin.register(Setting)
class SettingAdmin(OneRecordAdmin):
    """What administrators can say about the site."""

    def get_fieldsets(self, request: HttpRequest, obj: Setting | None = None) -> Any:
        """By the first word of the names, where several have it."""
        groups: dict[str, list[str]] = {}
        for name in self.get_fields(request, obj):
            groups.setdefault(name.split("_")[0], []).append(name)
        single = [name for names in groups.values() if len(names) == 1 for name in names]
        titled = [(word, names) for word, names in sorted(groups.items()) if len(names) > 1]
        parts = [(word.title(), {"fields": names, "classes": ["collapse"]}) for word, names in titled]
        return [(None, {"fields": sorted(single)}), *parts]
