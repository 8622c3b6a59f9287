"""What stands beside the programme."""

from django.db import models

from openevent.fields import line, link, number, rich_text

from .event import Event
from .programme import OfEvent


class Sponsor(OfEvent):
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="sponsors")
    name = models.CharField(max_length=255)
    description = rich_text()
    url = link()
    level = number()
    type = line()
    logo_url = link()

    def __str__(self) -> str:
        return self.name


class SocialLink(OfEvent):
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="social_links")
    name = models.CharField(max_length=255)
    link = models.URLField(max_length=2048)
    identifier = line()

    def __str__(self) -> str:
        return self.name
