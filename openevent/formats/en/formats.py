"""Dates and times as the lists of the back office write them, with the zone."""

DATE_FORMAT = "j M Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j M Y, H:i T"
TIME_INPUT_FORMATS = ["%H:%M", "%H:%M:%S"]  # the first one is what fields show
