"""Candidates for quotes, picked by a declared rule; the disclosure gate decides which may be shown."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from toolkit.stories.embed import Vectors

SHORTEST, LONGEST = 6, 45  # words in a quote
MOSTLY_LETTERS = 0.85  # a table or a bare list of numbers is no quote
AT_A_TIME = 20_000  # sentences
RARE = 0.05  # a theme told by a smaller share of the stories is rare


def candidates(
    stories: pd.DataFrame, sentences: pd.DataFrame, labels: pd.DataFrame, vectors: Vectors, per_kind: int = 6
) -> pd.DataFrame:
    """Sentences that may be quoted, best first per theme and kind.

    `sentences` has story, sentence, text (de-identified) in the order of `vectors`; `labels` holds themes
    per story and sentiment per sentence. Columns of the result: story, theme, kind, sentence, sentiment,
    text, rank. Kinds: representatief (nearest to the centre of the sentences of stories with that main
    theme, told by the same role), contrasterend (nearest to the centre among the sentences whose sentiment
    is opposite to that of most), zeldzaam (from a theme that less than 5% of the stories tell). Nearness is
    the cosine after the mean of all sentences is taken off, so that what is common to every story counts
    for nothing. Only sentences that judge (not neutraal), of 6 to 45 words and mostly letters, of stories
    whose teller consented and whose own feeling (column `feeling`, -1 to 1, if there is one) does not
    contradict the sentence, one sentence per story and kind. A quote is a literal part of the de-identified
    text.
    """
    themes = labels[(labels["kind"] == "theme") & (labels["sentence"] == -1) & (labels["label"] != "")]
    main = themes.sort_values(["story", "score"], ascending=[True, False], kind="stable").drop_duplicates(
        "story"
    )
    feelings = labels[(labels["kind"] == "sentiment") & (labels["sentence"] >= 0)]
    # The texts are left where they are until the choice is made: there may be millions.
    said = sentences["text"].reset_index(drop=True)
    table = sentences[["story", "sentence"]].reset_index(drop=True)
    table = table.assign(position=np.arange(len(table)), fits=_quotable(said))
    table = table.merge(main[["story", "label"]].rename(columns={"label": "theme"}), on="story")
    table = table.merge(
        feelings[["story", "sentence", "label"]].rename(columns={"label": "sentiment"}),
        on=["story", "sentence"],
    )
    allowed = set(stories.loc[stories["quote_consent"].eq(True), "story"])
    table["usable"] = table["story"].isin(allowed) & table.pop("fits")
    about = stories.set_index("story")
    table["role"] = table["story"].map(about["role"])
    if "feeling" in about:
        # A sentence that its teller's own feeling contradicts speaks for neither.
        sign = table["sentiment"].map({"positief": 1, "negatief": -1}).astype(float).fillna(0)
        table["usable"] &= ~(table["story"].map(about["feeling"]).astype(float) * sign < 0)
    told = stories["story"].nunique()
    middle = np.asarray(vectors).mean(axis=0, dtype=np.float32) if len(vectors) else 0
    parts = []
    for (theme, _), rows in table.groupby(["theme", "role"], sort=True):
        near = _nearness(np.asarray(vectors), rows["position"].to_numpy(), middle)
        rows = rows.assign(near=near).sort_values(["near", "story"], ascending=[False, True], kind="stable")
        rows = rows[rows["usable"]]
        judged = rows[rows["sentiment"] != "neutraal"]
        kind = "zeldzaam" if (main["label"] == theme).sum() < RARE * told else "representatief"
        usual = judged["sentiment"].mode().iloc[0] if len(judged) else ""
        opposite = judged[judged["sentiment"] != usual]
        parts += [
            _pick(judged[judged["sentiment"] == usual], kind, per_kind),
            _pick(opposite, "contrasterend", per_kind),
        ]
    columns = ["story", "theme", "kind", "sentence", "sentiment", "text", "rank"]
    if not parts:
        return pd.DataFrame(columns=columns)
    chosen = pd.concat(parts, ignore_index=True)
    return chosen.assign(text=said.take(chosen["position"].to_numpy()).to_numpy())[columns]


def _quotable(texts: pd.Series[str]) -> pd.Series[bool]:
    """Whether the words of a sentence can stand on their own."""
    words = texts.map(lambda text: len(text.split()))
    letters = texts.map(
        lambda text: (sum(map(str.isalpha, text)) + sum(map(str.isspace, text))) / max(len(text), 1)
    )
    found: pd.Series[bool] = (
        words.between(SHORTEST, LONGEST)
        & (letters >= MOSTLY_LETTERS)
        # Markup and a sentence about "[persoon-1]" from its first word on read badly on their own.
        & ~texts.str.contains(r"[<>{}|=]|^\[", regex=True)
        & texts.str.match(r"[\w'\"‘’“„(\[]")  # a list item reads badly on its own
    )
    return found


def _nearness(vectors: Vectors, places: Any, middle: Any) -> Any:
    """How near the vectors at these places are to the centre of them all, after `middle` is taken off.

    Some at a time: those of all sentences of a theme in a hundred thousand stories would take gigabytes.
    """
    parts = [places[begin : begin + AT_A_TIME] for begin in range(0, len(places), AT_A_TIME)]

    def units(part: Any) -> Any:
        centred = vectors[part].astype(np.float32)
        centred -= middle
        norms = np.linalg.norm(centred, axis=1, keepdims=True)
        centred /= np.where(norms == 0, 1, norms)
        return centred

    centre = sum(units(part).sum(axis=0) for part in parts) / max(len(places), 1)
    return np.concatenate([units(part) @ centre for part in parts])


def _pick(rows: pd.DataFrame, kind: str, number: int) -> pd.DataFrame:
    best = rows.drop_duplicates("story").head(number)
    return best.assign(kind=kind, rank=np.arange(1, len(best) + 1))
