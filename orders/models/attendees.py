"""Who comes: one attendee for each ticket sold."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from events.models import Event, Tag
from openevent.fields import choice, flag, line, link, moment, text
from openevent.models import SoftDeletable
from openevent.searching import text_index
from ticketing.models import Ticket

from .. import links
from ..querysets import AttendeeQuerySet
from .orders import Order, OrderLine

AGE_GROUPS = [
    "Under 18",
    "18-24",
    "25-34",
    "35-44",
    "45-54",
    "55-64",
    "65-74",
    "75-84",
    "85+",
    "I prefer not to say",
]


class Attendee(SoftDeletable):
    """A holder of one ticket. The check-in fields are the readable form of the log in CheckIn;
    orders/checkins/ writes both."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="attendees", db_index=False)
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="attendees")
    order = models.ForeignKey(Order, on_delete=models.CASCADE, null=True, blank=True, related_name="attendees")
    order_line = models.ForeignKey(  # the price it was bought at
        OrderLine, on_delete=models.SET_NULL, null=True, blank=True, related_name="attendees", editable=False
    )
    user = models.ForeignKey(  # the account of the holder, where there is one
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="attendees"
    )
    created_by = models.ForeignKey(  # whose cart it lies in until it has an order
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    modified_at = models.DateTimeField(auto_now=True)

    firstname = line()
    lastname = line()
    email = models.EmailField(max_length=254, null=True, blank=True)
    address = text()
    city = line()
    state = line()
    country = line()
    phone = line()
    company = line()
    job_title = line()
    gender = line()
    age_group = choice(AGE_GROUPS)
    birth_date = moment()
    tax_business_info = text()
    billing_address = text()
    home_address = text()
    shipping_address = text()
    work_address = text()
    work_phone = line()
    website = link()
    blog = link()
    twitter = link()
    facebook = link()
    github = link()
    instagram = link()
    linkedin = link()
    attendee_notes = text()
    native_language = line()
    fluent_language = line()
    home_wiki = line()
    wiki_scholarship = line()
    complex_field_values = models.JSONField(null=True, blank=True)
    accept_receive_emails = models.BooleanField(null=True, blank=True, default=False)
    accept_share_details = models.BooleanField(null=True, blank=True, default=False)
    accept_video_recording = models.BooleanField(null=True, blank=True, default=False)
    is_access_code_applied = models.BooleanField(null=True, blank=True, default=False)
    is_discount_applied = models.BooleanField(null=True, blank=True, default=False)
    is_consent_form_field = models.BooleanField(null=True, blank=True, default=False)
    is_consent_form_field_email = models.BooleanField(null=True, blank=True, default=False)
    is_consent_form_field_photo = models.BooleanField(null=True, blank=True, default=False)
    is_consent_of_refund_policy = flag()
    is_badge_printed = models.BooleanField(null=True, blank=True, default=False)
    badge_printed_at = moment()
    tag = models.ForeignKey(  # what the team sorts people by, and prints badges for
        Tag, on_delete=models.SET_NULL, null=True, blank=True, related_name="attendees"
    )

    is_checked_in = flag(editable=False)
    is_checked_out = flag(editable=False)
    is_registered = flag(editable=False)
    checkin_times = text(editable=False)
    checkout_times = text(editable=False)
    register_times = text(editable=False)
    device_name_checkin = text(editable=False)
    inside_since = moment(editable=False)
    last_scan_at = moment(editable=False)  # of the newest way in or out of the event
    last_registered_at = moment(editable=False)

    pdf = models.FileField(max_length=255, null=True, blank=True, editable=False)

    objects = AttendeeQuerySet.as_living_manager()
    with_trashed = AttendeeQuerySet.as_manager()

    class Meta:
        base_manager_name = "with_trashed"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_checked_in=False) | Q(inside_since__isnull=False), name="attendee_inside_since_when"
            ),
        ]
        indexes = [
            # a page of an event's attendees is read in this order, and counted without a look at the rows
            models.Index(fields=["event", "id"], include=["deleted_at"], name="attendee_by_event"),
            models.Index(fields=["created_at"], name="attendee_without_order", condition=Q(order=None)),
            models.Index(fields=["event"], name="attendee_inside", condition=Q(is_checked_in=True)),
            text_index("attendee_words", "firstname", "lastname", "email", "company"),
            models.Index(Lower("email"), name="attendee_without_account", condition=Q(user=None, email__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.full_name or f"attendee {self.pk}"

    def clean(self) -> None:
        """Its tag is one of the same event."""
        if self.tag is not None and self.tag.event_id != self.event_id:
            raise ValidationError({"tag": ValidationError("It belongs to another event.", code="foreign_event")})

    @property
    def full_name(self) -> str:
        """First and last name as far as they are known."""
        return " ".join(filter(None, [self.firstname, self.lastname]))

    @property
    def identifier(self) -> str:
        """The attendee's number on the wire."""
        return str(self.pk)

    @property
    def pdf_url(self) -> str | None:
        """Where the ticket's PDF is, once it was made; the link itself opens it."""
        return links.ticket_link(self) if self.pdf else None

    @property
    def ticket_code(self) -> str:
        """What the QR code says: order identifier, dash, attendee id."""
        return f"{self.order.identifier}-{self.pk}" if self.order else ""
