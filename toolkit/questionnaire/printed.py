"""The questionnaire on paper, as Word or PDF: one HTML of it, which pandoc and typst make into a document."""

from __future__ import annotations

import html
import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from toolkit.errors import ToolkitError
from toolkit.questionnaire import names
from toolkit.questionnaire.model import NO, OTHER, YES, Question, Questionnaire
from toolkit.questionnaire.wording import direction, word

_BOX = "☐"
_EPOCH = 1_767_225_600  # 1 January 2026: the same questionnaire gives the same document
_LINE = "_" * 62
_STEPS = 11  # boxes of a dyad or slider: 0, 10, ... 100
_TIMEOUT = 120
_PAGE = """#set document(title: [{title}])
#set text(font: ("Libertinus Serif", "DejaVu Sans", "DejaVu Sans Mono"), size: 11pt, lang: "{language}", dir: {direction}, hyphenate: false)
#set page(paper: "a4", margin: (x: 2.2cm, y: 2.2cm), footer: context {{
  set text(9pt)
  h(1fr)
  [#counter(page).display() / #counter(page).final().first()]
}})
#set par(justify: false, leading: 0.7em, spacing: 0.8em)
#set block(breakable: false, above: 1.5em)
#set table(stroke: (_, y) => (bottom: 0.4pt + rgb("#9aa5b1")), inset: (x: 3pt, y: 5pt))
#show table: set text(9.5pt)
#show figure: set block(breakable: false)
#show heading: set text(fill: rgb("#17567a"))
#show heading: set block(sticky: true, above: 1.6em, below: 0.8em)
#align(start, text(20pt, weight: "bold", fill: rgb("#17567a"))[{title}])

"""


def write(questionnaire: Questionnaire, language: str, form: str, path: Path) -> None:
    """Write the questionnaire in one language as "docx" or "pdf" (PDF/UA-1).

    Raises ToolkitError when pandoc or typst refuses.
    """
    page = document(questionnaire, language)
    title = questionnaire.name[language]
    if form == "docx":
        settings = [f"--metadata=title={title}", f"--metadata=lang={language}"]
        if direction(language) == "rtl":
            settings.append("--metadata=dir=rtl")
        _pandoc(["--to", "docx", "--standalone", *settings, "--output", str(path)], page)
        return
    import typst

    body = _pandoc(["--to", "typst", "--wrap=none"], page)
    head = _PAGE.format(title=_escaped(title), language=language, direction=direction(language))
    source = path.with_suffix(".typ")
    try:
        source.write_text(head + body, encoding="utf-8")
        made = typst.compile(str(source), format="pdf", pdf_standards=["ua-1"], timestamp=_EPOCH)
        path.write_bytes(bytes(made))
    except typst.TypstError as error:
        raise ToolkitError(f"De PDF in {language} kan niet worden gemaakt: {error}") from error
    finally:
        source.unlink(missing_ok=True)


def _escaped(text: str) -> str:
    return "".join(f"\\{mark}" if mark in "#[]*_$@<>\\`~'\"=" else mark for mark in text)


def _pandoc(options: list[str], page: str) -> str:
    import pypandoc

    try:
        program = str(pypandoc.get_pandoc_path())
    except OSError as error:
        raise ToolkitError(
            "pandoc is niet gevonden.", "Installeer het pakket pypandoc_binary opnieuw."
        ) from error
    done = subprocess.run(
        [program, "--from", "html", *options],
        input=page,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=_TIMEOUT,
        check=False,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(_EPOCH)},
    )
    if done.returncode:
        raise ToolkitError(f"pandoc kan de vragenlijst niet maken: {done.stderr[-300:]}")
    return done.stdout


def document(questionnaire: Questionnaire, language: str) -> str:
    """The body of the questionnaire as HTML, in one language; every text is shown as it is."""
    parts = [_paragraph(questionnaire.welcome, language), _paragraph(questionnaire.privacy, language)]
    numbers = {question.name: place for place, question in enumerate(questionnaire.questions, 1)}
    for part in questionnaire.parts:
        parts += [f"<h1>{_shown(part.title, language)}</h1>"]
        parts += _only_if(questionnaire, part.asked_if, language, numbers)
        parts.append(_paragraph(part.text, language))
        for question in questionnaire.of_part(part):
            inner = [*_question(questionnaire, question, language, numbers)]
            if question is questionnaire.questions[-1]:
                inner.append(_paragraph(questionnaire.end, language))  # never alone on a page
            parts.append("\n".join(["<div>", *inner, "</div>"]))
    return "\n".join(part for part in parts if part)


def _shown(text: Mapping[str, str], language: str) -> str:
    return html.escape(text.get(language, "")).replace("\n", "<br/>")


def _paragraph(text: Mapping[str, str], language: str) -> str:
    return f"<p>{_shown(text, language)}</p>" if text.get(language) else ""


def _question(
    questionnaire: Questionnaire, question: Question, language: str, numbers: Mapping[str, int]
) -> Iterator[str]:
    yield f"<p><strong>{numbers[question.name]}. {_shown(question.text, language)}</strong></p>"
    yield from _only_if(questionnaire, question.asked_if, language, numbers)
    if question.help:
        yield f"<p><em>{_shown(question.help, language)}</em></p>"
    yield from _answer(questionnaire, question, language)


def _only_if(
    questionnaire: Questionnaire,
    conditions: Mapping[str, tuple[str, ...]],
    language: str,
    numbers: Mapping[str, int],
) -> Iterator[str]:
    """Who should answer, in words: once under a part, or under a question of its own."""
    for name, needed in conditions.items():
        asked = questionnaire.question(name)
        start = word("alleen-als", language).format(nummer=numbers[name])
        labels = f" {word('of', language)} ".join(
            _label(questionnaire, asked, one, language) for one in needed
        )
        yield f"<p><em>{start} {labels}.</em></p>"


def _label(questionnaire: Questionnaire, question: Question, code: str, language: str) -> str:
    if code in (YES, NO, OTHER) and code not in questionnaire.codes_of(question):
        return html.escape(word(code, language).split(",")[0])
    options = {one.ours: one for one in names.options(questionnaire, question)}
    return html.escape(options[code].text.get(language, code))


def _answer(questionnaire: Questionnaire, question: Question, language: str) -> Iterator[str]:
    options = [
        html.escape(one.text.get(language, one.code)) for one in names.options(questionnaire, question)
    ]
    match question.kind:
        case "cijfer":
            grades = [one for one in names.options(questionnaire, question) if not one.text]
            yield f"<p><em>{word('cijfer', language)}</em></p>"
            yield _table([[one.code for one in grades]], [1] * len(grades))
            reasons = options[len(grades) :]
            yield from (f"<p>{_BOX} {one}</p>" for one in reasons)
        case "tabel":
            rows = [["", *options]] + [
                [_shown(one.text, language), *[_BOX] * len(options)] for one in question.statements
            ]
            yield _table(rows, [3, *[1] * len(options)], "right" if direction(language) == "rtl" else "left")
        case "meerkeuze":
            yield f"<p><em>{word('meer-antwoorden', language)}</em></p>"
            labels = [_shown(text, language) for text in questionnaire.codes_of(question).values()]
            yield _boxes(labels, [], question.other, language)
        case "keuze" | "ja-nee" | "schaal":
            yield f"<p><em>{word('een-antwoord', language)}</em></p>"
            place = len(options) - len(questionnaire.missing_of(question))
            yield _boxes(options[:place], options[place:], question.other, language)
        case "dyade" | "schuif":
            yield f"<p><em>{word('dyade', language)}</em></p>"
            low, high = question.bounds
            ends = [_shown(pole, language) for pole in question.poles.values()] or [f"{low:g}", f"{high:g}"]
            yield _table([[ends[0], *[_BOX] * _STEPS, ends[1]]], [4, *[1] * _STEPS, 4])
        case "triade":
            yield f"<p><em>{word('triade', language)}</em></p>"
            yield "<br/>".join(f"______ {_shown(pole, language)}" for pole in question.poles.values())
        case "datum":
            yield f"<p>____ - ____ - ________ ({word('datum', language)})</p>"
        case "getal":
            yield f"<p>________ {_shown(question.unit, language)}</p>"
        case "kort":
            yield f"<p>{_LINE}</p>"
        case _:
            yield "<p>" + "<br/><br/>".join([_LINE] * 6) + "</p>"


def _boxes(labels: list[str], reasons: list[str], other: bool, language: str) -> str:
    own = [f"{word(OTHER, language)}: {'_' * 30}"] if other else []
    lines = [f"{_BOX} {label}" for label in [*labels, *own, *reasons]]
    return f"<p>{'<br/>'.join(lines)}</p>"


def _table(rows: list[list[str]], widths: list[int], side_of_first: str = "") -> str:
    """A table with columns of these widths; with a side for the first column the first row is its head."""
    total = sum(widths)
    columns = "".join(f'<col style="width: {width / total:.1%}"/>' for width in widths)
    lines = []
    for place, row in enumerate(rows):
        tag = "th" if side_of_first and place == 0 else "td"
        sides = [side_of_first if side_of_first and at == 0 else "center" for at in range(len(row))]
        cells = "".join(
            f'<{tag} style="text-align: {side}">{cell}</{tag}>' for side, cell in zip(sides, row, strict=True)
        )
        line = f"<tr>{cells}</tr>"
        lines.append(f"<thead>{line}</thead>" if tag == "th" else line)
    return f"<table><colgroup>{columns}</colgroup>{''.join(lines)}</table>"
