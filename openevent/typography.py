"""Letters for PDFs: fonts that come with packages, and text without what none of them can show.

All are free: Roboto (Latin, Greek, Cyrillic), Noto Sans for scripts with letters of their own and for
emoji in black and white, WenQuanYi Micro Hei for Chinese, Japanese and Korean. xhtml2pdf picks, letter by
letter, the first of ``FAMILIES`` that has it, and sets Arabic and Hebrew from right to left.
"""

import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

import arabic_reshaper
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from reportlab.lib.fonts import addMapping
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from xhtml2pdf.bidi import get_display
from xhtml2pdf.default import DEFAULT_FONT

UNKNOWN = "?"
BASE, BOLD = "Roboto", "RobotoBold"
EASTERN, EASTERN_SCRIPTS = "MicroHei", ("Cjk", "Hiragana", "Katakana", "Hangul", "Fullwidth", "Ideographic")
# name in the style sheet → package, file; the first that has a letter shows it
_NOTO = (
    "", "Hebrew", "Arabic", "Thai", "Armenian", "Georgian", "Ethiopic", "Lao", "Devanagari", "Bengali", "Tamil",
    "Telugu", "Kannada", "Malayalam", "Gujarati", "Gurmukhi", "Sinhala", "Khmer", "Myanmar", "Symbols",
)  # fmt: skip
FILES = {
    BASE: ("font_roboto", "files/Roboto-Regular.ttf"),
    **{f"NotoSans{script}": ("manimgx_fonts", f"NotoSans{script}[wght].ttf") for script in _NOTO},
    EASTERN: ("paperang_p2_fonts_cjk", "fonts/wqy-microhei.ttc"),
    "NotoEmoji": ("manimgx_fonts", "NotoEmoji[wght].ttf"),
}
BOLD_FILE = ("font_roboto", "files/Roboto-Bold.ttf")
FAMILIES = ", ".join(FILES)
# Of an emoji that is put together from several, and of a letter that is told how to look, the parts remain.
INVISIBLE = frozenset({"Cf", "Cc", "Cs"})
VARIATION_SELECTORS = range(0xFE00, 0xFE10)
# Without joined ligatures: not every font has them.
_reshaper = arabic_reshaper.ArabicReshaper({"delete_harakat": True, "support_ligatures": False})


def as_printed(text: object) -> SafeString:
    """The text, escaped, as the fonts can show it: Arabic letters joined, unknown ones as "?"."""
    known = _known_letters()
    shown = "".join(c if c == " " or ord(c) in known else UNKNOWN for c in _reshaper.reshape(_visible(text)))
    return mark_safe(escape(shown))  # noqa: S308  (escaped here, and nowhere else)


def runs_of(text: str) -> tuple[tuple[str, str], ...]:
    """The text as it is drawn letter by letter, from left to right: pieces, each with the font that has its letters.
    Fonts are loaded when a text first needs them."""
    return ((BASE, text),) if is_plain(text) else _shaped(text)


@lru_cache(maxsize=10_000)
def _shaped(text: str) -> tuple[tuple[str, str], ...]:
    shown = get_display(_reshaper.reshape(_visible(text)))
    runs: list[tuple[str, str]] = []
    for letter in shown:
        font = BASE if letter == " " else _font_of(letter)
        piece = letter if font else UNKNOWN
        if runs and runs[-1][0] == (font or BASE):
            runs[-1] = (runs[-1][0], runs[-1][1] + piece)
        else:
            runs.append((font or BASE, piece))
    return tuple(runs)


def is_plain(text: str) -> bool:
    """Whether the text is drawn as it stands, in the first font."""
    return text.isascii() and text.isprintable()


def _visible(text: object) -> str:
    composed = unicodedata.normalize("NFC", " ".join(str(text or "").split()))
    return "".join(
        c for c in composed if unicodedata.category(c) not in INVISIBLE and ord(c) not in VARIATION_SELECTORS
    )


@lru_cache(maxsize=10_000)
def _font_of(letter: str) -> str:
    """A font that has the letter; "" where none has."""
    return next((name for name in _likely_first(letter) if ord(letter) in register_font(name).face.charToGlyph), "")


def _likely_first(letter: str) -> Iterator[str]:
    """All fonts, before others that of the script by which Unicode calls the letter: each is megabytes to load."""
    script = unicodedata.name(letter, "").split(" ")[0].title()
    likely = EASTERN if script in EASTERN_SCRIPTS else f"NotoSans{script}"
    yield BASE
    if likely in FILES:
        yield likely
    yield from FILES


@cache
def register_font(name: str) -> TTFont:
    """Make one font known to reportlab."""
    font = TTFont(name, _path(*{**FILES, BOLD: BOLD_FILE}[name]))
    registerFont(font)
    return font


@cache
def register_fonts() -> None:
    """Make the fonts known to reportlab and xhtml2pdf; a tenth of a second and 36 MB, once in a process."""
    for name in (*FILES, BOLD):
        register_font(name)
        DEFAULT_FONT[name.lower()] = name
    addMapping(BASE, 1, 0, BOLD)
    addMapping(BASE, 1, 1, BOLD)


@cache
def _known_letters() -> frozenset[int]:
    return frozenset().union(*(register_font(name).face.charToGlyph for name in FILES))


def _path(package: str, file: str) -> str:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(f"The package {package} with fonts for PDFs is not installed.")
    return str(Path(spec.submodule_search_locations[0]) / file)
