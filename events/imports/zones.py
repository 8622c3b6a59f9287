"""Time zone names as people and machines write them, turned into IANA names."""

import difflib
import re
import zoneinfo
from datetime import datetime
from functools import cache

UNUSABLE = {"Factory", "localtime", "posixrules"}
# common names of one vendor's systems
WINDOWS = {
    "dateline standard time": "Etc/GMT+12",
    "hawaiian standard time": "Pacific/Honolulu",
    "pacific standard time": "America/Los_Angeles",
    "mountain standard time": "America/Denver",
    "central standard time": "America/Chicago",
    "eastern standard time": "America/New_York",
    "atlantic standard time": "America/Halifax",
    "e. south america standard time": "America/Sao_Paulo",
    "argentina standard time": "America/Argentina/Buenos_Aires",
    "gmt standard time": "Europe/London",
    "greenwich standard time": "Atlantic/Reykjavik",
    "w. europe standard time": "Europe/Berlin",
    "romance standard time": "Europe/Paris",
    "central europe standard time": "Europe/Budapest",
    "central european standard time": "Europe/Warsaw",
    "e. europe standard time": "Europe/Chisinau",
    "fle standard time": "Europe/Helsinki",
    "gtb standard time": "Europe/Bucharest",
    "russian standard time": "Europe/Moscow",
    "turkey standard time": "Europe/Istanbul",
    "israel standard time": "Asia/Jerusalem",
    "south africa standard time": "Africa/Johannesburg",
    "arabian standard time": "Asia/Dubai",
    "india standard time": "Asia/Kolkata",
    "se asia standard time": "Asia/Bangkok",
    "singapore standard time": "Asia/Singapore",
    "china standard time": "Asia/Shanghai",
    "tokyo standard time": "Asia/Tokyo",
    "korea standard time": "Asia/Seoul",
    "aus eastern standard time": "Australia/Sydney",
    "new zealand standard time": "Pacific/Auckland",
}
ABBREVIATIONS = {
    "z": "UTC",
    "bst": "Europe/London",
    "cest": "Europe/Berlin",
    "mez": "Europe/Berlin",
    "mesz": "Europe/Berlin",
    "eest": "Europe/Helsinki",
    "west": "Europe/Lisbon",
    "msk": "Europe/Moscow",
    "edt": "America/New_York",
    "et": "America/New_York",
    "cdt": "America/Chicago",
    "cst": "America/Chicago",
    "mdt": "America/Denver",
    "pdt": "America/Los_Angeles",
    "pst": "America/Los_Angeles",
    "pt": "America/Los_Angeles",
    "ist": "Asia/Kolkata",
    "ict": "Asia/Bangkok",
    "sgt": "Asia/Singapore",
    "hkt": "Asia/Hong_Kong",
    "jst": "Asia/Tokyo",
    "kst": "Asia/Seoul",
    "aest": "Australia/Sydney",
    "aedt": "Australia/Sydney",
    "nzst": "Pacific/Auckland",
    "nzdt": "Pacific/Auckland",
}
BETWEEN_HOURS = {
    210: "Asia/Tehran",
    270: "Asia/Kabul",
    330: "Asia/Kolkata",
    345: "Asia/Kathmandu",
    390: "Asia/Yangon",
    525: "Australia/Eucla",
    570: "Australia/Darwin",
    765: "Pacific/Chatham",
    -210: "America/St_Johns",
    -570: "Pacific/Marquesas",
}


@cache
def _by_lower_name() -> dict[str, str]:
    return {name.lower(): name for name in zoneinfo.available_timezones() if name not in UNUSABLE}


def zone_of_offset(minutes: int) -> str | None:
    """A zone that is always ``minutes`` east of Greenwich."""
    if minutes == 0:
        return "UTC"
    if minutes % 60:
        return BETWEEN_HOURS.get(minutes)
    name = f"Etc/GMT{-minutes // 60:+d}"  # the database counts westwards
    return name if name.lower() in _by_lower_name() else None


def mend_zone(name: str) -> str | None:
    """The IANA zone that ``name`` most likely means, or None."""
    known = _by_lower_name()
    words = " ".join(name.split()).lower()
    tight = re.sub(r"\s*/\s*", "/", words).replace(" ", "_")
    for guess in (words, tight):
        if guess in known:
            return known[guess]
    if found := WINDOWS.get(words) or ABBREVIATIONS.get(words):
        return found
    if match := re.match(r"\(?(?:utc|gmt)?\s*([-+\u2212])\s*(\d{1,2})(?::?(\d{2}))?\)?(\s|$)", words):
        sign, hours, minutes = match.group(1), int(match.group(2)), int(match.group(3) or 0)
        return zone_of_offset((hours * 60 + minutes) * (1 if sign == "+" else -1))
    if "/" in tight:  # a slip of the pen
        close = difflib.get_close_matches(tight, known, n=1, cutoff=0.85)
        return known[close[0]] if close else None
    cities = [full for lower, full in known.items() if lower.endswith(f"/{tight}") and lower.count("/") == 1]
    return sorted(cities)[0] if tight and cities else None


def zone_of_times(times: list[datetime]) -> str | None:
    """A zone with the offset that the event's own times carry."""
    for time in times:
        offset = time.utcoffset()
        if offset is not None and (zone := zone_of_offset(int(offset.total_seconds() // 60))):
            return zone
    return None
