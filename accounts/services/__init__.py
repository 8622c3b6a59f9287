"""What happens to accounts; each function is one thing that happens."""

from .jobs import request_job
from .notifications import notify
from .passwords import change_password, request_password_reset, reset_password, verify_password
from .records import log_activity, log_written_row
from .registration import (
    register_user,
    resend_verification_mail,
    send_verification_mail,
    send_welcome_mail,
    verify_email,
)
from .users import block_user, trash_user, unblock_user, update_user

__all__ = [
    "block_user",
    "change_password",
    "log_activity",
    "log_written_row",
    "notify",
    "register_user",
    "request_job",
    "request_password_reset",
    "resend_verification_mail",
    "reset_password",
    "send_verification_mail",
    "send_welcome_mail",
    "trash_user",
    "unblock_user",
    "update_user",
    "verify_email",
    "verify_password",
]
