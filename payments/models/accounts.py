"""Whose accounts the money goes to."""

from django.db import models

from events.models import Event
from openevent.fields import line
from openevent.secrets import SecretField

from ..querysets import StripeAuthorizationQuerySet


class StripeAuthorization(models.Model):
    """The Stripe account of an event. What opens it is encrypted in the database and never shown."""

    event = models.OneToOneField(
        Event,
        on_delete=models.CASCADE,
        related_name="stripe_authorization",
        error_messages={"unique": "The event has a Stripe account already."},
    )
    stripe_publishable_key = models.CharField(max_length=255, default="", editable=False)
    secret_key = SecretField(default="", editable=False)
    refresh_token = SecretField(default="", editable=False)
    account_id = line(editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = StripeAuthorizationQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"Stripe account of {self.event_id}"
