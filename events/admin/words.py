"""Words that events are sorted by. Administrators keep them; everybody chooses among them."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from openevent.admin import BackOfficeAdmin

from ..models import Event


class WordAdmin(BackOfficeAdmin):
    """A word that events are sorted by."""

    group, icon = _("Site"), "label"
    list_display = ["name", "slug"]
    search_fields = ["name"]


for _model in (Event.event_type, Event.event_topic, Event.event_sub_topic, Event.event_location):
    admin.site.register(_model.field.related_model, WordAdmin)
