"""German: every marked word is translated, and the compiled file says what its source says."""

import gettext
import re
from pathlib import Path

from django.conf import settings

from tests.factories import make_cast, make_event

from .conftest import client_for

FOLDER = Path(settings.LOCALE_PATHS[0], "de", "LC_MESSAGES")
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')


def said(lines: str) -> str:
    return "".join(STRING.findall(lines)).replace('\\"', '"').replace("\\n", "\n")


def test_every_word_is_translated_and_compiled() -> None:
    compiled = gettext.GNUTranslations((FOLDER / "django.mo").open("rb"))
    entries = (FOLDER / "django.po").read_text().split("\n\n")[1:]
    assert len(entries) > 300
    for entry in entries:
        key = said(re.split(r"\nmsgstr|\nmsgid_plural", entry)[0])
        words = said(re.split(r"\nmsgstr(?:\[0\])?", entry)[1].split("\nmsgstr[1]")[0])
        assert words, f"not translated: {key}"
        found = compiled.ngettext(key, "", 1) if "msgid_plural" in entry else compiled.gettext(key)
        assert found == words, f"run make words: {key}"
        assert set(re.findall(r"%\(\w+\)[sd]", key)) == set(re.findall(r"%\(\w+\)[sd]", words)), key


def test_pages_speak_the_language_of_the_browser_and_the_one_that_was_chosen(db: None) -> None:
    client = client_for(make_cast(make_event()).otto)

    german = client.get("/admin/", headers={"Accept-Language": "de"}).content.decode()
    assert "Vor Ort verkaufen" in german
    assert "Teammitglieder" in german
    client.post("/admin/language/", {"language": "de", "next": "/admin/"})
    assert "Vor Ort verkaufen" in client.get("/admin/", headers={"Accept-Language": "en"}).content.decode()
