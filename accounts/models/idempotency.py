"""Requests that may be sent twice (openevent/api/idempotency.py)."""

from django.db import models
from django.utils import timezone

from .users import User


class IdempotencyKey(models.Model):
    """A key that somebody sent with a POST, what was asked with it, and the answer."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)  # SHA-256 of address and body, in hex
    status = models.PositiveSmallIntegerField(default=0)  # of the answer; 0 only inside the transaction
    location = models.CharField(max_length=255, default="")
    body = models.BinaryField(default=bytes)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="idempotency_key_once")]

    def __str__(self) -> str:
        return f"{self.key} of user {self.user_id}"
