"""Whole stories that may be read: for the explorer, through the gate of quotes."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd

from toolkit.analysis.inputs import CorpusInput
from toolkit.analysis.texts import TextResult
from toolkit.disclosure import protect_stories
from toolkit.project import Plan

COLUMNS = ["verhaal", "rol", "gebied", "gebiedsnaam", "themas", "toon", "gevoel", "tekst"]
_STEP = 0.05  # points of dyads and triads are told no finer: an exact point leads to a row of a survey


def tick_of(story: str, text: str) -> str:
    """The name by which a person ticks a whole story: another text has another name."""
    return f"{story}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def readable(
    corpus: CorpusInput,
    result: TextResult,
    stories: pd.DataFrame,
    plan: Plan,
    ticks: frozenset[str],
    names: dict[str, str],
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """The stories as a reader gets them, every candidate for a tick, and what may be told of each story.

    The first has COLUMNS and one column for each dyad ("dyade.ID", 0-1) and triad ("triade.ID", three shares
    with a space between), rounded; the tone is the model's, the feeling the teller's own. Numbers and order
    follow from the texts, so they lead nobody to a row of the delivery. The second is private: vink, story
    and text. The third has story, rol, gebied, themas as `protect_stories` gives them.
    """
    told = stories[stories["told"].astype(bool)]
    told = told.assign(vink=[tick_of(*one) for one in zip(told["story"], told["text"], strict=True)])
    labels = result.labels[result.labels["sentence"] == -1]
    open_to_all = protect_stories(told, labels[labels["kind"] == "theme"], plan.quotes, ticks)
    tone = labels[labels["kind"] == "sentiment"].set_index("story")["label"]
    about = told.set_index("story")
    frame = open_to_all.assign(
        gebiedsnaam=open_to_all["gebied"].map(names).fillna(""),
        toon=open_to_all["story"].map(tone).fillna(""),
        gevoel=open_to_all["story"].map(about["feeling"]).map(_feeling),
        tekst=open_to_all["story"].map(about["text"]),
    )
    answers = pd.DataFrame(index=open_to_all["story"])
    for dyad in corpus.settings.dyads:
        answers[f"dyade.{dyad.id}"] = about[f"dyad_{dyad.id}"].map(_point)
    for triad in corpus.settings.triads:
        poles = about[[f"triad_{triad.id}_{pole}" for pole in (1, 2, 3)]]
        answers[f"triade.{triad.id}"] = [_corner(line) for line in poles.reindex(answers.index).to_numpy()]
    frame = pd.concat([frame, answers.reset_index(drop=True)], axis=1)
    order = [hashlib.sha256(text.encode()).hexdigest() for text in frame["tekst"]]
    frame = frame.iloc[np.argsort(order, kind="stable")].reset_index(drop=True)
    frame["verhaal"] = [f"{corpus.id}-{number + 1}" for number in range(len(frame))]
    return frame[[*COLUMNS, *answers.columns]], told[["vink", "story", "text"]], open_to_all


def within(quotes: pd.DataFrame, open_to_all: pd.DataFrame) -> pd.DataFrame:
    """Quotes with no attribute that the whole story, which can be read too, does not tell.

    A reader finds the story of a quote by its words; together they must tell no more than the story alone.
    """
    about = open_to_all.set_index("story")
    known = quotes["verhaal"].isin(about.index)
    kept = quotes.copy()
    for column, source in (("gebied", "gebied"), ("gebiedsnaam", "gebied"), ("rol", "rol")):
        hidden = known & (quotes["verhaal"].map(about[source]).fillna("") == "")
        kept[column] = kept[column].mask(hidden, "")
    themes = quotes["verhaal"].map(about["themas"]).fillna("").str.split()
    other = [bool(known[row]) and quotes.at[row, "thema"] not in themes[row] for row in quotes.index]
    kept["thema"] = kept["thema"].mask(pd.Series(other, index=quotes.index, dtype=bool), "")
    return kept


def _feeling(value: float) -> str:
    if np.isnan(value):
        return ""
    return "positief" if value > 0 else "negatief" if value < 0 else "neutraal"


def _point(value: float) -> str:
    return "" if np.isnan(value) else f"{round(value / _STEP) * _STEP:.2f}"


def _corner(shares: np.ndarray) -> str:
    """Three shares in steps that add up to 1: the largest takes what rounding leaves."""
    if np.isnan(shares).any():
        return ""
    steps = np.round(shares / shares.sum() / _STEP).astype(int)
    steps[int(np.argmax(shares))] += round(1 / _STEP) - int(steps.sum())
    return " ".join(f"{step * _STEP:.2f}" for step in steps)
