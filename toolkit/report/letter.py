"""The parts of a letter to the council: few words, one table of amounts."""

from __future__ import annotations

from toolkit.report import wording
from toolkit.report.escape import escape_markdown
from toolkit.report.money import totals
from toolkit.report.source import Output, is_city, subjects
from toolkit.report.summary import sentences
from toolkit.report.together import judged, label_of


def letter_parts(output: Output) -> dict[str, str]:
    """The include files of a letter: `brief-kern`, `brief-samen`, `brief-indicatoren` and `brief-bedragen`."""
    return {
        "brief-kern": "\n".join(f"- {escape_markdown(line)}" for line in sentences(output)) + "\n",
        "brief-samen": _together(output),
        "brief-indicatoren": _indicators(output),
        "brief-bedragen": totals(output) or "In deze analyse staan geen bedragen.\n",
    }


def _together(output: Output) -> str:
    frame = output.frame("samen")
    lines = []
    for subject in subjects(output):
        rows = frame[
            (frame["onderwerp"] == subject.id) & frame["gebied"].map(is_city) & (frame["code"] != "stilte")
        ]
        for row in rows.head(1).to_dict("records"):
            text = f"**{escape_markdown(subject.name)}** ({label_of(str(row['code']))}). "
            lines.append(
                f"- {text}{escape_markdown(str(row['uitleg']), breaks=False)} {judged(row)}".rstrip()
            )
    return "\n".join(lines) + "\n" if lines else "Cijfers en verhalen zijn nog niet naast elkaar gelegd.\n"


def _indicators(output: Output) -> str:
    """How many indicators went which way, in one sentence."""
    frame = output.frame("indicatoren")
    if frame.empty:
        return "In deze analyse staan geen indicatoren.\n"
    counts = frame["oordeel"].replace("", "niet te zeggen").value_counts()
    told = [f"{count} keer '{word}'" for word, count in counts.items()]
    total = wording.counted(len(frame), "indicator", "indicatoren")
    return escape_markdown(f"De raad volgt {total}. Het oordeel is {wording.join(told)}.") + "\n"
