"""How somebody gets an account, and proves that the address is theirs."""

from typing import Any

from django.db import IntegrityError, transaction

from openevent.exceptions import Conflict, MalformedInput, NotAllowed

from ..mail import frontend_url, send_mail
from ..models import OneTimeToken, User
from ..one_time_tokens import issue_token, lifetime_of, redeem_token
from ..placeholders import TOKEN_PLACEHOLDER
from .notifications import notify
from .passwords import check_password_rules, log_out_everywhere
from .records import log_activity

# What people say about themselves. Everything else in a registration or in their own PATCH is ignored.
PROFILE_FIELDS = frozenset(
    {
        "first_name",
        "last_name",
        "public_name",
        "details",
        "contact",
        "company",
        "language_prefrence",
        "avatar_url",
        "original_image_url",
        "facebook_url",
        "twitter_url",
        "instagram_url",
        "google_plus_url",
        "billing_contact_name",
        "billing_phone",
        "billing_country",
        "billing_state",
        "billing_city",
        "billing_address",
        "billing_zip_code",
        "billing_tax_info",
        "billing_additional_info",
        "is_profile_public",
        "was_registered_with_order",
    }
)
EMAIL_POINTER = "/data/attributes/email"


def register_user(*, email: str, password: str, **attributes: Any) -> User:
    """A new account, not verified, whose welcome and verification mails go out after commit.

    Only profile attributes are taken: ``is_admin`` and the like are ignored. Conflict (``duplicate``) where a
    living account has the address, InvalidInput for a password that the validators refuse.
    """
    profile = {name: value for name, value in attributes.items() if name in PROFILE_FIELDS}
    check_password_rules(password, user=User(email=email, **profile))
    taken = Conflict("An account with this address exists already.", "duplicate", EMAIL_POINTER)
    if User.objects.by_email(email).exists():
        raise taken
    try:
        with transaction.atomic():
            user = User.objects.create_user(email, password, **profile)
            send_verification_mail(user=user)
            log_activity(actor=user, action="User registered")
            notify(users=[user], kind="user_registration", title="Welcome. Verify your address to create events.")
    except IntegrityError as error:  # another registration was faster
        if not User.objects.by_email(email).exists():
            raise
        raise taken from error
    return user


@transaction.atomic
def enter_by_address(*, email: str, first_name: str = "", last_name: str = "") -> User:
    """The account with an address that somebody else has just proved; a new one where there is none.

    Whoever registered with the address before it was proved loses the password: it may have been a stranger.
    NotAllowed for a blocked account.
    """
    user = User.objects.by_email(email).select_for_update().first()
    if user is None:
        names = {"first_name": first_name or None, "last_name": last_name or None}
        user = User.objects.create_user(email, None, is_verified=True, **names)
        log_activity(actor=user, action="User registered")
        return user
    if not user.is_active:
        raise NotAllowed("The account is blocked.", "blocked")
    if not user.is_verified:
        user.is_verified = True
        user.set_unusable_password()
        log_out_everywhere(user=user)
        user.save(update_fields=["is_verified", "password", "tokens_valid_from"])
    return user


def send_welcome_mail(*, user: User) -> None:
    """Greet a new user, once."""
    context = {"email": user.email, "name": user.first_name or "", "link": frontend_url()}
    send_mail(action="welcome", to=user.email, context=context, key=f"welcome:{user.pk}")


@transaction.atomic
def send_verification_mail(*, user: User | None, email: str = "") -> None:
    """Mail a link that proves the address, voiding the last one. Without a user: a decoy of the same cost."""
    purpose = OneTimeToken.Purpose.VERIFY_EMAIL
    to = user.email if user is not None else email
    nonce = issue_token(user=user, purpose=purpose)
    context = {
        "email": to,
        "link": f"{frontend_url()}/verify?token={TOKEN_PLACEHOLDER}",
        "lifetime": f"{lifetime_of(purpose).days} days",
    }
    send_mail(action="verify_email", to=to, context=context, nonce=nonce, is_decoy=user is None)


def resend_verification_mail(*, email: str) -> None:
    """The same once more, for an address that is not verified yet.

    For an unknown, blocked or verified one nothing is sent, and nobody can tell.
    """
    user = User.objects.by_email(email).filter(is_verified=False, is_blocked=False).first()
    send_verification_mail(user=user, email=email)


@transaction.atomic
def verify_email(*, token: str) -> User:
    """Believe the address of the user whose token this is; MalformedInput for a bad one."""
    user = redeem_token(token=token, purpose=OneTimeToken.Purpose.VERIFY_EMAIL)
    if user is None:
        raise MalformedInput("Invalid Token", "invalid_token", "/data/token")
    user.is_verified = True
    user.save(update_fields=["is_verified"])
    return user
