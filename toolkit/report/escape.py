"""Text of others as literal text: nothing in it may act in Markdown, TeX math, HTML, YAML or Quarto."""

from __future__ import annotations

import re
import unicodedata

_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
# Characters that XML does not allow, lone surrogates, and marks that steer the direction of text:
# an unbalanced one would turn around the text after the quote.
_DROPPED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff"
    "\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\ufeff]"
)
_LONG = re.compile(r"[^\s\u200b]{41,}")
_PIECE = 30
_JOINERS = "\u200d\ufe0e\ufe0f"


def escape_markdown(text: str, breaks: bool = True) -> str:
    """Any text as Markdown that shows it literally, in pandoc and in Quarto.

    Every ASCII punctuation mark becomes a numeric character reference, so no mark-up, shortcode,
    raw block, formula, footnote, citation, table or front matter can begin. New lines become hard
    breaks (spaces when `breaks` is false, as table cells need), with at most one empty line; white
    space at the ends goes. Words over 40 characters get invisible places to break. Text with
    right-to-left letters is set apart with direction isolates; control characters are left out.
    """
    text = _DROPPED.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n"))
    text = re.sub("[\u2028\u2029]", "\n", text)
    lines = [" ".join(line.split()) for line in text.strip().split("\n")]
    lines = [line for at, line in enumerate(lines) if line or (at and lines[at - 1])]
    shown = [_isolate(_escape_line(line)) for line in lines]
    return "\\\n".join(line or "&nbsp;" for line in shown) if breaks else " ".join(filter(None, shown))


def front_text(template: str, key: str) -> str:
    """The title or subtitle in the front matter of a template as its reader sees it; "" when it has none.

    Marks that were escaped, for YAML or Markdown, stand without their backslash.
    """
    found = re.search(rf'^{key}:[ \t]*"?(.*?)"?[ \t]*$', template, re.MULTILINE)
    if found is None:
        return ""
    text = re.sub(r'\\([\\"])', r"\1", found[1])
    return plain(re.sub(r"\\([^\w\s])", r"\1", text))


def plain(text: str) -> str:
    """Text for a place that shows no mark-up (alt text): one line, no control characters."""
    return " ".join(_DROPPED.sub("", text).split())


def attribute(text: str) -> str:
    """Text as a quoted attribute value in Markdown, such as fig-alt."""
    return '"' + _PUNCTUATION.sub(_attribute_mark, plain(text)) + '"'


def _attribute_mark(match: re.Match[str]) -> str:
    return match[0] if match[0] in ",.:;%()-/?!" else f"&#{ord(match[0])};"


def _escape_line(line: str) -> str:
    broken = _LONG.sub(lambda match: _breakable(match[0]), line)
    return _PUNCTUATION.sub(lambda match: f"&#{ord(match[0])};", broken)


def _breakable(word: str) -> str:
    pieces: list[str] = []
    since = 0
    for mark in word:
        joined = unicodedata.combining(mark) or mark in _JOINERS or (pieces and pieces[-1] in _JOINERS)
        if since >= _PIECE and not joined:
            pieces.append("\u200b")
            since = 0
        pieces.append(mark)
        since += 1
    return "".join(pieces)


def _isolate(line: str) -> str:
    if any(unicodedata.bidirectional(mark) in ("R", "AL", "AN") for mark in line):
        return f"\u2068{line}\u2069"
    return line
