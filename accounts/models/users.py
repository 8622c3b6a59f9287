"""Who has an account."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from openevent.fields import flag, line, link, moment, text
from openevent.models import SoftDeletable
from openevent.searching import text_index

from ..querysets import UserQuerySet


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Living users; ``User.with_trashed`` has the others too."""

    def get_queryset(self) -> UserQuerySet:
        return super().get_queryset().living()

    def get_by_natural_key(self, username: str | None) -> "User":
        """The account that logs in with this address."""
        return self.get_queryset().by_email(username or "").get()

    def create_user(self, email: str, password: str | None = None, **attributes: Any) -> "User":
        """A new account; without a password nobody can log in to it."""
        user = self.model(email=email.strip(), **attributes)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **attributes: Any) -> "User":
        """A super admin, verified: there is nobody above to vouch for the address."""
        return self.create_user(
            email, password, **{"is_admin": True, "is_super_admin": True, "is_verified": True, **attributes}
        )


class User(AbstractBaseUser, SoftDeletable):
    """A person with an account. Logs in with the e-mail address."""

    email = models.EmailField(max_length=254)
    first_name = line()
    last_name = line()
    public_name = line()
    details = text()
    contact = line()
    company = line()
    language_prefrence = line()  # spelt as on the wire
    avatar_url = link()
    original_image_url = link(editable=False)
    small_image_url = link(editable=False)
    icon_image_url = link(editable=False)
    thumbnail_image_url = link(editable=False)
    facebook_url = link()
    twitter_url = link()
    instagram_url = link()
    google_plus_url = link()
    facebook_id = models.BigIntegerField(null=True, blank=True, editable=False)
    billing_contact_name = line()
    billing_phone = line()
    billing_country = line()
    billing_state = line()
    billing_city = line()
    billing_address = text()
    billing_zip_code = line()
    billing_tax_info = line()
    billing_additional_info = text()
    is_super_admin = flag()
    is_admin = flag()
    is_sales_admin = flag()
    is_marketer = flag()
    is_verified = flag()
    is_blocked = flag()
    is_profile_public = flag()
    is_rocket_chat_registered = flag(editable=False)
    was_registered_with_order = flag()
    # a JWT names this moment and is void when it is another one (accounts/auth/jwt.py)
    tokens_valid_from = models.DateTimeField(default=timezone.now, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_accessed_at = moment(editable=False)

    objects = UserManager()
    with_trashed = models.Manager.from_queryset(UserQuerySet)()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        base_manager_name = "with_trashed"
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique",
                condition=models.Q(deleted_at__isnull=True),
                violation_error_message="An account with this address exists already.",
                violation_error_code="duplicate",
            ),
        ]
        ordering = ["pk"]
        indexes = [text_index("user_words", "email", "first_name", "last_name")]

    def __str__(self) -> str:
        return self.email

    @property
    def is_any_admin(self) -> bool:
        """Site administrator of either rank: counts as team everywhere."""
        return self.is_active and (self.is_admin or self.is_super_admin)

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """Whether the account may act at all."""
        return not self.is_blocked and self.deleted_at is None

    @property
    def is_staff(self) -> bool:
        """Django's name for who may enter the admin."""
        return self.is_any_admin

    @property
    def full_name(self) -> str:
        """First and last name, or the address where neither is known."""
        return self.get_full_name() or self.email

    def get_full_name(self) -> str:
        """What Django's pages and the theme call somebody: nothing where no name is known."""
        return " ".join(filter(None, [self.first_name, self.last_name]))

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Ask the policy table (openevent/policy.py), for Django's admin and anybody else."""
        import rules

        return self.is_active and rules.has_perm(perm, self, obj)

    def has_module_perms(self, app_label: str) -> bool:
        """Whether the back office shows the app at all; which of its lists, the policy says of each."""
        from openevent import desks

        return desks.may_enter(self)


class OneTimeToken(models.Model):
    """A random token mailed to somebody, kept hashed; it expires, works once, and a newer one voids it.

    Without a user it is a decoy: what a request for an unknown address writes (accounts/one_time_tokens.py).
    """

    class Purpose(models.TextChoices):
        VERIFY_EMAIL = "verify_email"
        RESET_PASSWORD = "reset_password"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="one_time_tokens", null=True, blank=True)
    purpose = models.CharField(max_length=32, choices=Purpose.choices)
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "purpose"], name="one_token_per_purpose")]

    def __str__(self) -> str:
        return f"{self.purpose} of user {self.user_id}"
