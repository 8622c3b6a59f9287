"""Dates and times as the lists of the back office write them, with the zone."""

DATE_FORMAT = "j. M Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j. M Y, H:i T"
