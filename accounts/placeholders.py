"""One-time tokens in stored mails: the row holds a placeholder and a nonce, never the token.

The token is an HMAC of the random nonce under SECRET_KEY. So a copy of the database contains no
usable token, there is nothing to wipe after sending, and a mail can be sent again at any time.
Only two readers put the token in: the delivery (mail.py), and ``Mail.message_for`` for a super admin, who
could set any account's address anyway. To a mere admin ``GET /v1/mails`` shows the placeholder:
reading mails takes over no account.
"""

import base64
import secrets

from django.utils.crypto import salted_hmac

TOKEN_PLACEHOLDER = "[one-time-token]"


def new_nonce() -> str:
    """192 random bits from the system's generator."""
    return secrets.token_urlsafe(24)


def token_of(nonce: str) -> str:
    """The token that belongs to a nonce: 43 characters that need no escaping in a URL."""
    mac = salted_hmac("accounts.one_time_token", nonce, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(mac).decode().rstrip("=")


def fill_in(text: str, nonce: str) -> str:
    """``text`` with the token of ``nonce`` in place of the placeholder; unchanged without a nonce."""
    return text.replace(TOKEN_PLACEHOLDER, token_of(nonce)) if nonce else text
