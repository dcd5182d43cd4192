"""The row of the joint display that tells most about a subject in the whole city, and its words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toolkit.report import phrases, wording
from toolkit.report.escape import escape_markdown
from toolkit.report.source import Output, Subject, is_city
from toolkit.report.subject import judged, label_of

# What people decided goes first; then what asks most for a talk.
_ORDER = {"dissonantie": 0, "convergentie": 1, "aanvulling": 2, "stilte": 3}


def joint_row(output: Output, subject: Subject) -> dict[Any, Any] | None:
    """The row for the whole city that people judged, else the one that asks most for a talk; None without rows."""
    frame = output.frame("samen")
    rows = frame[(frame["onderwerp"] == subject.id) & frame["gebied"].map(is_city)].to_dict("records")
    return min(rows, key=lambda one: (not one["door"], _ORDER.get(str(one["code"]), 4)), default=None)


def joint_words(output: Output, subject: Subject, row: Mapping[Any, Any]) -> str:
    """A row as one paragraph of Markdown: subject, figure, code, explanation, and who judged it why."""
    about = subject.name
    if row["maat"]:
        about += f", bij ‘{wording.capital(phrases.measure_name(output, str(row['maat'])))}’"
    told = escape_markdown(str(row["uitleg"]), breaks=False)
    head = f"**{escape_markdown(about)}: {label_of(str(row['code']))}.**"
    return f"{head} {told} {judged(row)}".rstrip()
