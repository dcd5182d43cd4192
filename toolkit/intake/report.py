"""The report of a check for people: as terminal text, and as one page of HTML that holds all it needs."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from html import escape

from toolkit.intake.check import Checked
from toolkit.intake.words import Line, columns, lines, summary, times, verdict

_WIDTH = 80
_MOST = 40  # findings written out on a terminal


def as_text(checked: Checked) -> str:
    """The report as lines of at most 80 characters."""
    return "\n".join(_text(checked))


def _text(checked: Checked) -> Iterator[str]:
    for heading, text in summary(checked):
        yield textwrap.fill(f"{heading:16}{text}", _WIDTH, subsequent_indent=" " * 16)
    yield ""
    known = columns(checked)
    if known:
        yield "Zo lezen wij uw kolommen:"
        width = min(max(len(name) for _, name, _, _ in known), 28)
        for letter, name, ours, how in known:
            told = f"  [{how}]" if how else ""
            yield f"  {letter:3}{name[:28]:{width}}  →  {ours}{told}"[:_WIDTH]
        yield ""
    found = lines(checked)
    for place, line in enumerate(found[:_MOST], 1):
        yield from _entry(place, line)
    if len(found) > _MOST:
        yield f"... en nog {times(len(found) - _MOST, 'melding', 'meldingen')}; zie de pagina.\n"
    yield textwrap.fill(verdict(checked), _WIDTH)


def _entry(place: int, line: Line) -> Iterator[str]:
    yield textwrap.fill(f"{place}. {line.kind.upper()}  {line.title}", _WIDTH, subsequent_indent="   ")
    for heading, text in _parts(line):
        yield textwrap.fill(
            f"   {heading:11}{text}", _WIDTH, subsequent_indent=" " * 14, break_long_words=True
        )
    yield ""


def _parts(line: Line) -> list[tuple[str, str]]:
    pairs = [
        ("Waar", line.where), ("Gevonden", line.found), ("Verwacht", line.expected), ("Herstel", line.remedy),
    ]  # fmt: skip
    return [(heading, text) for heading, text in pairs if text]


_STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --page: #f6f7f9; --card: #fff; --line: #d5dae0;
  --fout: #b3261e; --fout-bg: #fdeceb; --let: #7a4f01; --let-bg: #fff4dc; --goed: #1b6b3a; --goed-bg: #e6f4ea; --link: #17567a; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --soft: #aab2bb; --page: #15181c; --card: #1e2227; --line: #3a4149;
  --fout: #ffb4ab; --fout-bg: #3d1f1c; --let: #ffd58a; --let-bg: #3a2d12; --goed: #9fdcb2; --goed-bg: #17301f; --link: #9bd0ee; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 1rem/1.55 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main { max-width: 52rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2.25rem 0 .75rem; }
h3 { font-size: 1.02rem; line-height: 1.35; margin: 0 0 .6rem; overflow-wrap: anywhere; }
p { margin: .5rem 0; } .sub { color: var(--soft); margin-bottom: 1.5rem; }
.oordeel { border-left: .35rem solid var(--goed); background: var(--goed-bg); border-radius: .4rem; padding: .9rem 1.1rem; font-size: 1.08rem; font-weight: 600; }
.oordeel.fout { border-color: var(--fout); background: var(--fout-bg); } .oordeel.let { border-color: var(--let); background: var(--let-bg); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.25rem; margin: 1rem 0; } dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
.kaart { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem 1.15rem; margin: 0 0 .9rem; }
.kaart dl { margin: 0; grid-template-columns: 5.5rem 1fr; } .soort { display: inline-block; font-size: .8rem; font-weight: 700; padding: .1rem .55rem; border-radius: 1rem; margin-bottom: .45rem; color: var(--let); background: var(--let-bg); }
.soort.fout { color: var(--fout); background: var(--fout-bg); }
code { font: .92em ui-monospace, Consolas, monospace; }
.breed { overflow-x: auto; } table { border-collapse: collapse; width: 100%; background: var(--card); border: 1px solid var(--line); border-radius: .6rem; }
caption { text-align: left; color: var(--soft); padding-bottom: .5rem; } th, td { text-align: left; padding: .45rem .8rem; border-bottom: 1px solid var(--line); vertical-align: top; }
thead th { font-size: .88rem; color: var(--soft); } tbody tr:last-child > * { border-bottom: 0; } tbody th { font-weight: 400; }
ol.stappen { padding-left: 1.3rem; } a { color: var(--link); }
footer { margin-top: 2.5rem; color: var(--soft); font-size: .9rem; border-top: 1px solid var(--line); padding-top: 1rem; }
@media (max-width: 34rem) { dl, .kaart dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } main { padding-top: 1.25rem; } }
@media print { body { background: #fff; } .kaart { break-inside: avoid; } }
"""


def as_html(checked: Checked, made: str, marked: str = "") -> str:
    """The report as one HTML page, without scripts or anything from elsewhere.

    `made` is the day in words; `marked` the name of the copy with marked cells, when there is one. All that
    comes from the delivery is shown as the text that it is.
    """
    return "\n".join(_html(checked, made, marked))


def _html(checked: Checked, made: str, marked: str) -> Iterator[str]:
    name = escape(checked.file)
    tone = " fout" if checked.errors else " let" if checked.warnings else ""
    yield '<!DOCTYPE html>\n<html lang="nl">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    yield f"<title>Controle van {name}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>"
    yield f'<h1>Controle van {name}</h1>\n<p class="sub">Gemaakt op {escape(made)}</p>'
    yield f'<p class="oordeel{tone}">{escape(verdict(checked))}</p>'
    yield "<dl>" + "".join(
        f"<dt>{escape(heading)}</dt><dd>{escape(text)}</dd>" for heading, text in summary(checked)
    ) + "</dl>"  # fmt: skip
    if checked.errors:
        yield from _steps(marked)
    found = lines(checked)
    for heading, wanted in (("Fouten: dit moet anders", True), ("Waarschuwingen: klopt dit?", False)):
        some = [line for line in found if (line.kind != "waarschuwing") == wanted]
        if some:
            yield f"<h2>{heading}</h2>"
            yield from (_card(line) for line in some)
    yield from _columns(checked)
    yield "<footer><p>Deze pagina herhaalt geen sleutels van cliënten en geen teksten van verhalen. Uw bestand is niet veranderd.</p></footer>"
    yield "</main>\n</body>\n</html>"


def _steps(marked: str) -> Iterator[str]:
    yield '<h2>Wat nu?</h2>\n<ol class="stappen">'
    if marked:
        yield (
            f"<li>Open <strong>{escape(marked)}</strong>: een kopie van uw bestand waarin de cellen "
            "gekleurd zijn. Een cel met een opmerking vertelt wat er mis is.</li>"
        )
    yield "<li>Verbeter de fouten in uw eigen bestand, of beter nog: in het systeem waar het uit komt.</li>"
    yield "<li>Lever het bestand opnieuw aan. De hele levering telt: stuur niet alleen de verbeterde rijen.</li></ol>"


def _card(line: Line) -> str:
    tone = "" if line.kind == "waarschuwing" else " fout"
    rows = "".join(
        f"<dt>{heading}</dt><dd>{'<code>' if heading == 'Waar' else ''}{escape(text)}{'</code>' if heading == 'Waar' else ''}</dd>"
        for heading, text in _parts(line)
    )
    kind = escape(line.kind.capitalize())
    return f'<article class="kaart"><span class="soort{tone}">{kind}</span><h3>{escape(line.title)}</h3><dl>{rows}</dl></article>'


def _columns(checked: Checked) -> Iterator[str]:
    known = columns(checked)
    if not known:
        return
    yield '<h2>Zo lezen wij uw kolommen</h2>\n<div class="breed" tabindex="0" role="region" aria-label="Kolommen"><table>'
    yield "<caption>Klopt er iets niet? Geef de kolom de naam die in de derde kolom staat.</caption>"
    yield '<thead><tr><th scope="col">Kolom</th><th scope="col">Naam in uw bestand</th><th scope="col">Bij ons</th><th scope="col">Zekerheid</th></tr></thead><tbody>'
    for letter, name, ours, how in known:
        sure = escape(how) or "herkend aan de naam"
        yield f'<tr><td>{letter}</td><th scope="row">{escape(name)}</th><td>{escape(ours)}</td><td>{sure}</td></tr>'
    yield "</tbody></table></div>"
