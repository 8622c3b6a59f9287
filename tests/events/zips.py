"""Zips for the tests of the import: a small valid export in either generation, and ways to spoil it."""

import copy
import io
import json
import zipfile
from pathlib import Path
from typing import Any

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"

EVENT: dict[str, Any] = {
    "id": 7,
    "name": "Bridge Builders' Day",
    "starts-at": "2031-05-10T09:00:00+02:00",
    "ends-at": "2031-05-11T17:00:00+02:00",
    "timezone": "Europe/Berlin",
    "description": "<p>Two days about bridges.</p>",
    "location-name": "Boat house",
    "latitude": 52.5,
    "longitude": 13.4,
    "organizer-name": "Bridge Society",
    "logo-url": "https://example.org/logo.png",
    "state": "Published",
    "social-links": [{"id": 1, "name": "Twitter", "link": "https://twitter.com/bridges"}],
}
TRACKS = [{"id": 1, "name": "Arches", "color": "#ff0000", "sessions": [{"id": 11}]}]
ROOMS = [{"id": 3, "name": "Hall", "floor": 1, "room": None, "latitude": None, "longitude": None}]
SPEAKERS = [
    {"id": 21, "name": "Ada Arch", "email": "ada@example.org", "gender": "Female", "is-featured": True},
    {"id": 22, "name": "Ben Beam", "photo-url": "", "sessions": [{"id": 11, "title": "Why arches stand"}]},
]
SESSIONS = [
    {
        "id": 11,
        "title": "Why arches stand",
        "starts-at": "2031-05-10T10:00:00+02:00",
        "ends-at": "2031-05-10T10:45:00+02:00",
        "track": {"id": 1, "name": "Arches", "color": "#ff0000"},
        "microlocation": {"id": 3, "name": "Hall"},
        "session-type": {"id": 5, "name": "Talk", "length": "00:45"},
        "speakers": [{"id": 21, "name": "Ada Arch"}],
        "short-abstract": "<p>Because they cannot fall.</p>",
        "level": "Beginner",
        "state": "accepted",
    }
]
SPONSORS = [{"id": 31, "name": "Stone & Sons", "level": "2", "type": "Gold", "url": "https://stone.example"}]


def export() -> dict[str, Any]:
    """A small valid export, free to be spoilt."""
    return copy.deepcopy(
        {
            "event": EVENT,
            "tracks": TRACKS,
            "microlocations": ROOMS,
            "speakers": SPEAKERS,
            "sessions": SESSIONS,
            "sponsors": SPONSORS,
        }
    )


def old_generation(value: Any) -> Any:
    """The same data with the underscored names of the first generation."""
    names = {"starts-at": "start_time", "ends-at": "end_time", "logo-url": "logo", "photo-url": "photo"}
    names |= {"is-featured": "featured", "slides-url": "slides", "audio-url": "audio", "video-url": "video"}
    if isinstance(value, dict):
        return {names.get(k, k.replace("-", "_")): old_generation(v) for k, v in value.items()}
    return [old_generation(v) for v in value] if isinstance(value, list) else value


def zipped(
    data: dict[str, Any], *, prefix: str = "", suffix: str = "", files: dict[str, bytes] | None = None
) -> io.BytesIO:
    """A zip of JSON members (bytes are taken as they are) and other files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in data.items():
            raw = content if isinstance(content, bytes) else json.dumps(content).encode()
            archive.writestr(f"{prefix}{name}{suffix}", raw)
        for name, raw in (files or {}).items():
            archive.writestr(f"{prefix}{name}", raw)
    out.seek(0)
    return out
