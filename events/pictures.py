"""Which rows of events have pictures in several sizes."""

from accounts.resizing import PORTRAIT, event_sizes, have_sizes, portrait_sizes

from .models import CustomPlaceholder, Event, Exhibitor, Group, Speaker

WITH_SIZES = (Event, CustomPlaceholder, Group, Exhibitor, Speaker)
PICTURE = ("large_image_url", "thumbnail_image_url", "icon_image_url")

have_sizes(Event, "original_image_url", event_sizes, *PICTURE)
have_sizes(CustomPlaceholder, "original_image_url", event_sizes, *PICTURE)
have_sizes(Group, "banner_url", event_sizes, "thumbnail_image_url")
have_sizes(Exhibitor, "banner_url", event_sizes, "thumbnail_image_url")
have_sizes(Speaker, "photo_url", portrait_sizes, *PORTRAIT)
