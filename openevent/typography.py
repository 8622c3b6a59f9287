"""Letters for PDFs: fonts that come with packages, and text without what none of them can show.

All are free: Roboto (Latin, Greek, Cyrillic), Noto Sans for scripts with letters of their own and for
emoji in black and white, WenQuanYi Micro Hei for Chinese, Japanese and Korean. xhtml2pdf picks, letter by
letter, the first of ``FAMILIES`` that has it, and sets Arabic and Hebrew from right to left.
"""

import unicodedata
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import arabic_reshaper
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from reportlab.lib.fonts import addMapping
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from xhtml2pdf.default import DEFAULT_FONT

UNKNOWN = "?"
BASE, BOLD = "Roboto", "RobotoBold"
# name in the style sheet → package, file; the first that has a letter shows it
_NOTO = (
    "", "Hebrew", "Arabic", "Thai", "Armenian", "Georgian", "Ethiopic", "Lao", "Devanagari", "Bengali", "Tamil",
    "Telugu", "Kannada", "Malayalam", "Gujarati", "Gurmukhi", "Sinhala", "Khmer", "Myanmar", "Symbols",
)  # fmt: skip
FILES = {
    BASE: ("font_roboto", "files/Roboto-Regular.ttf"),
    **{f"NotoSans{script}": ("manimgx_fonts", f"NotoSans{script}[wght].ttf") for script in _NOTO},
    "MicroHei": ("paperang_p2_fonts_cjk", "fonts/wqy-microhei.ttc"),
    "NotoEmoji": ("manimgx_fonts", "NotoEmoji[wght].ttf"),
}
FAMILIES = ", ".join(FILES)
# Of an emoji that is put together from several, and of a letter that is told how to look, the parts remain.
INVISIBLE = frozenset({"Cf", "Cc", "Cs"})
VARIATION_SELECTORS = range(0xFE00, 0xFE10)
# Without joined ligatures: not every font has them.
_reshaper = arabic_reshaper.ArabicReshaper({"delete_harakat": True, "support_ligatures": False})


def as_printed(text: object) -> SafeString:
    """The text, escaped, as the fonts can show it: Arabic letters joined, unknown ones as "?"."""
    composed = unicodedata.normalize("NFC", " ".join(str(text or "").split()))
    visible = "".join(
        c for c in composed if unicodedata.category(c) not in INVISIBLE and ord(c) not in VARIATION_SELECTORS
    )
    known = _known_letters()
    shown = "".join(c if c == " " or ord(c) in known else UNKNOWN for c in _reshaper.reshape(visible))
    return mark_safe(escape(shown))  # noqa: S308  (escaped here, and nowhere else)


@cache
def register_fonts() -> None:
    """Make the fonts known to reportlab and xhtml2pdf; a tenth of a second, once in a process."""
    for name, place in {**FILES, BOLD: ("font_roboto", "files/Roboto-Bold.ttf")}.items():
        registerFont(TTFont(name, _path(*place)))
        DEFAULT_FONT[name.lower()] = name
    addMapping(BASE, 1, 0, BOLD)
    addMapping(BASE, 1, 1, BOLD)


@cache
def _known_letters() -> frozenset[int]:
    return frozenset().union(*(TTFont(n, _path(*place)).face.charToGlyph for n, place in FILES.items()))


def _path(package: str, file: str) -> str:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(f"The package {package} with fonts for PDFs is not installed.")
    return str(Path(spec.submodule_search_locations[0]) / file)
