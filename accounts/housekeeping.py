"""Rows that have had their time."""

from datetime import timedelta

from django.utils import timezone
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken

from .models import Mail, OneTimeToken

DECOY_LIFETIME = timedelta(hours=1)


def clear_expired() -> None:
    """Remove one-time tokens and revoked JWTs that are past their time, and the decoys of an hour ago."""
    now = timezone.now()
    OneTimeToken.objects.filter(expires_at__lte=now).delete()
    OutstandingToken.objects.filter(expires_at__lte=now).delete()
    Mail.objects.filter(state=Mail.State.DECOY, time__lte=now - DECOY_LIFETIME).delete()
