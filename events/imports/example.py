"""The example event that comes with the project, as a zip like any other."""

import io
import zipfile
from datetime import date, timedelta
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "fixtures" / "example_event"
FIRST_DAY = date(2030, 6, 14)  # as the files have it, a Friday
PUBLISHED_ON = date(2030, 5, 1)
WEEKS_AHEAD = 9


def example_zip(today: date) -> io.BytesIO:
    """The example event as a zip, moved to the Friday some weeks after ``today``."""
    ahead = today + timedelta(weeks=WEEKS_AHEAD)
    first_day = ahead + timedelta(days=(FIRST_DAY.weekday() - ahead.weekday()) % 7)
    dates = {
        FIRST_DAY: first_day,
        FIRST_DAY + timedelta(days=1): first_day + timedelta(days=1),
        PUBLISHED_ON: today,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(FOLDER.glob("*.json")):
            text = path.read_text(encoding="utf-8")
            for written, moved in dates.items():
                text = text.replace(written.isoformat(), moved.isoformat())
            archive.writestr(path.stem, text)
    out.seek(0)
    return out
