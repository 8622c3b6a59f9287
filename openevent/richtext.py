"""Text that people bring from elsewhere, made safe: HTML for rich fields, plain text for one-line fields."""

import html
import re

import nh3

TAGS = {
    *("p", "br", "hr", "div", "span", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "code"),
    *("b", "strong", "i", "em", "u", "s", "del", "ins", "sub", "sup", "small", "mark", "abbr", "q", "cite"),
    *("ul", "ol", "li", "dl", "dt", "dd", "a", "img", "figure", "figcaption"),
    *("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"),
}
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start"},
    "abbr": {"title"},
    "th": {"colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
}
SCHEMES = {"http", "https", "mailto", "tel"}
LINK_REL = "noopener noreferrer nofollow"

# Names that mean markup even without attributes; "<int>" in a title about C++ is text.
ELEMENTS = TAGS | {
    *("html", "head", "body", "title", "meta", "link", "base", "script", "style", "noscript", "template"),
    *("iframe", "frame", "frameset", "object", "embed", "applet", "svg", "math", "video", "audio", "source"),
    *("form", "input", "button", "select", "option", "textarea", "label", "details", "summary", "dialog"),
    *("section", "article", "header", "footer", "main", "nav", "aside", "canvas", "picture", "kbd"),
    *("font", "center", "strike", "tt", "big", "wbr", "marquee"),
}
# everything that is neither text nor a line break or tab: C0, C1, lone surrogates, non-characters
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_BARE_TAG = re.compile(r"<([A-Za-z][A-Za-z0-9]*)>")
_MARKUP = re.compile(r"<[a-zA-Z]|\s[\w-]+\s*=")


def printable(text: str) -> str:
    """``text`` without control characters and broken code points, which databases and terminals refuse."""
    return UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def clean_html(text: str) -> str:
    """Safe HTML of unsafe HTML: no scripts, styles, frames, handlers. Cleaning twice changes nothing more."""
    return nh3.clean(
        printable(text), tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=LINK_REL
    ).strip()


def loses_markup(text: str) -> bool:
    """Whether ``clean_html`` takes tags or attributes out of ``text``, rather than spelling it anew."""
    kept = nh3.clean(text, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=None)
    return len(_MARKUP.findall(text)) > len(_MARKUP.findall(kept))


def plain_text(text: str) -> str:
    """``text`` without any markup and with its entities decoded, also where they were encoded twice."""
    text = printable(text)
    for _ in range(4):
        before = text
        if "<" in text:
            text = nh3.clean(_BARE_TAG.sub(_keep_unknown, text), tags=set())
        text = printable(html.unescape(text))
        if text == before:
            break
    return text.strip()


def is_blank(markup: str) -> bool:
    """Whether HTML shows nothing: ``<p></p>`` is as good as no text."""
    return "<img" not in markup and not plain_text(markup).strip("\u00a0 \n\t")


def _keep_unknown(match: re.Match) -> str:
    return match.group(0) if match.group(1).lower() in ELEMENTS else f"&lt;{match.group(1)}&gt;"
