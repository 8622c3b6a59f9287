"""Rows that have had their time."""

from datetime import timedelta

from django.utils import timezone
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken

from openevent.api.idempotency import KEPT_FOR

from .models import IdempotencyKey, Mail, OneTimeToken

DECOY_LIFETIME = timedelta(hours=1)


def clear_expired() -> None:
    """Remove one-time tokens and revoked JWTs that are past their time, the decoys of an hour ago, and the
    answers that were kept for requests sent twice."""
    now = timezone.now()
    OneTimeToken.objects.filter(expires_at__lte=now).delete()
    OutstandingToken.objects.filter(expires_at__lte=now).delete()
    Mail.objects.filter(state=Mail.State.DECOY, time__lte=now - DECOY_LIFETIME).delete()
    IdempotencyKey.objects.filter(created_at__lte=now - KEPT_FOR).delete()
