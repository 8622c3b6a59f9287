"""The door: the log of who came in and went out, and what follows from it.

log.py         what follows from rows of the log: who is inside, who came in twice (pure)
judging.py     may this person pass? (pure)
places.py      the event, station and session of a scan
scanning.py    one scan, decided now
attributes.py  scans that clients write as attributes of an attendee
virtual.py     scans of many attendees for a stream
standing.py    what attendees show of the log
"""

from .attributes import SCAN_FIELDS, check_in_new_attendee, parse_time, record_scans
from .places import Spot, demand_fitting, find_spot
from .scanning import Decision, Scan, record_scan

__all__ = [
    "SCAN_FIELDS",
    "Decision",
    "Scan",
    "Spot",
    "check_in_new_attendee",
    "demand_fitting",
    "find_spot",
    "parse_time",
    "record_scan",
    "record_scans",
]
