"""The parts of a letter to the council: few words, one table of amounts."""

from __future__ import annotations

from toolkit.report import wording
from toolkit.report.escape import escape_markdown
from toolkit.report.explained import explanation
from toolkit.report.joint import joint_row, joint_words
from toolkit.report.money import totals
from toolkit.report.source import Output, headline_measures, subjects
from toolkit.report.summary import sentences


def letter_parts(output: Output) -> dict[str, str]:
    """The include files of a letter: `brief-kern`, `brief-samen`, `brief-indicatoren` and `brief-bedragen`."""
    return {
        "brief-kern": _core(output),
        "brief-samen": _together(output),
        "brief-indicatoren": _indicators(output),
        "brief-bedragen": totals(output) or "In deze analyse staan geen bedragen.\n",
    }


def _core(output: Output) -> str:
    """The headline figures in words, each with what it is about."""
    told = zip(sentences(output), headline_measures(output), strict=True)
    lines = [f"- {escape_markdown(f'{line} {explanation(output, measure)}'.strip())}" for line, measure in told]
    return "\n".join(lines) + "\n"


def _together(output: Output) -> str:
    lines = []
    for subject in subjects(output):
        row = joint_row(output, subject)
        if row is not None and row["code"] != "stilte":
            lines.append(f"- {joint_words(output, subject, row)}")
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
