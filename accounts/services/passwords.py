"""Passwords: their rules, changing one, and getting a new one by mail."""

from datetime import timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from openevent.exceptions import InvalidInput, MalformedInput, NotFound

from ..mail import frontend_url, send_mail
from ..models import OneTimeToken, User
from ..one_time_tokens import issue_token, lifetime_of, redeem_token, void_tokens
from ..placeholders import TOKEN_PLACEHOLDER


def check_password_rules(password: str, *, user: User | None, pointer: str = "/data/attributes/password") -> None:
    """InvalidInput that names every rule the password breaks."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise InvalidInput(" ".join(error.messages), "password_too_weak", pointer) from error


def verify_password(*, user: User, password: str) -> bool:
    """Whether this is the user's password."""
    return user.check_password(password)


@transaction.atomic
def change_password(*, user: User, old_password: str, new_password: str) -> User:
    """Another password, for who knows the old one; all JWTs and mailed links from before are void.

    MalformedInput where the old one is wrong or the new one is the same, InvalidInput where it is too weak.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.check_password(old_password):
        raise MalformedInput(
            "Wrong Password. Please enter correct current password.", "wrong_password", "/data/old-password"
        )
    if old_password == new_password:
        raise MalformedInput("Old and new passwords must be different", "same_password", "/data/new-password")
    check_password_rules(new_password, user=user, pointer="/data/new-password")
    set_password(user=user, password=new_password)
    return user


@transaction.atomic
def request_password_reset(*, email: str) -> None:
    """Mail a link to choose a new password, voiding the last one.

    For an unknown or blocked address a decoy is written instead: the same statements, the same commit.
    """
    user = User.objects.by_email(email).filter(is_blocked=False).first()
    purpose = OneTimeToken.Purpose.RESET_PASSWORD
    nonce = issue_token(user=user, purpose=purpose)
    to = user.email if user is not None else email
    context = {
        "email": to,
        "link": f"{frontend_url()}/reset-password?token={TOKEN_PLACEHOLDER}",
        "lifetime": in_words(lifetime_of(purpose)),
    }
    send_mail(action="reset_password", to=to, context=context, nonce=nonce, is_decoy=user is None)


@transaction.atomic
def reset_password(*, token: str, password: str) -> User:
    """A new password for the user whose token this is; NotFound for a bad one.

    A password that is too weak (InvalidInput) does not use the token up.
    """
    user = redeem_token(token=token, purpose=OneTimeToken.Purpose.RESET_PASSWORD)
    if user is None:
        raise NotFound("User not found", "invalid_token", "/data/token")
    check_password_rules(password, user=user, pointer="/data/password")
    set_password(user=user, password=password)
    return user


def set_password(*, user: User, password: str) -> None:
    """Store the password, log out all devices, void mailed links, and tell the owner."""
    user.set_password(password)
    log_out_everywhere(user=user)
    user.save(update_fields=["password", "tokens_valid_from"])
    void_tokens(user=user, purpose=OneTimeToken.Purpose.RESET_PASSWORD)
    context = {"email": user.email, "link": f"{frontend_url()}/reset-password"}
    send_mail(action="password_changed", to=user.email, context=context)


def log_out_everywhere(*, user: User) -> None:
    """Start a new generation of tokens (not saved yet): access and refresh tokens from before are void."""
    user.tokens_valid_from = max(timezone.now(), user.tokens_valid_from + timedelta(microseconds=1))


def in_words(time: timedelta) -> str:
    """A span of time for people: hours, or minutes where it is less than two of them."""
    minutes = int(time.total_seconds() // 60)
    return f"{minutes // 60} hours" if minutes >= 120 else f"{minutes} minutes"
