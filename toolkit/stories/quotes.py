"""Candidates for quotes, picked by a declared rule; the disclosure gate decides which may be shown."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.stories.embed import Vectors

SHORTEST, LONGEST = 6, 45  # words in a quote
RARE = 0.05  # a theme told by a smaller share of the stories is rare


def candidates(
    stories: pd.DataFrame, sentences: pd.DataFrame, labels: pd.DataFrame, vectors: Vectors, per_kind: int = 6
) -> pd.DataFrame:
    """Sentences that may be quoted, best first per theme and kind.

    `sentences` has story, sentence, text (de-identified) in the order of `vectors`; `labels` holds themes
    per story and sentiment per sentence. Columns of the result: story, theme, kind, sentence, sentiment,
    text, rank. Kinds: representatief (nearest to the centre of the sentences of stories with that main
    theme), contrasterend (nearest to the centre among the sentences whose sentiment is opposite to that
    of most), zeldzaam (from a theme that less than 5% of the stories tell). Only sentences of 6 to 45
    words, of stories whose teller consented, one sentence per story and kind. A quote is a literal part
    of the de-identified text.
    """
    themes = labels[(labels["kind"] == "theme") & (labels["sentence"] == -1) & (labels["label"] != "")]
    main = themes.sort_values(["story", "score"], ascending=[True, False], kind="stable").drop_duplicates("story")
    feelings = labels[(labels["kind"] == "sentiment") & (labels["sentence"] >= 0)]
    table = sentences.assign(position=np.arange(len(sentences)))
    table = table.merge(main[["story", "label"]].rename(columns={"label": "theme"}), on="story")
    table = table.merge(
        feelings[["story", "sentence", "label"]].rename(columns={"label": "sentiment"}), on=["story", "sentence"]
    )
    allowed = set(stories.loc[stories["quote_consent"].astype(bool), "story"])
    words = table["text"].str.split().str.len()
    table["usable"] = table["story"].isin(allowed) & words.between(SHORTEST, LONGEST)
    told = stories["story"].nunique()
    parts = []
    for theme, rows in table.groupby("theme", sort=True):
        near = np.asarray(vectors)[rows["position"]] @ np.asarray(vectors)[rows["position"]].mean(axis=0)
        rows = rows.assign(near=near).sort_values(["near", "story"], ascending=[False, True], kind="stable")
        rows = rows[rows["usable"]]
        judged = rows[rows["sentiment"] != "neutraal"]
        kind = "zeldzaam" if (main["label"] == theme).sum() < RARE * told else "representatief"
        usual = judged["sentiment"].mode().iloc[0] if len(judged) else ""
        opposite = judged[judged["sentiment"] != usual]
        parts += [_pick(judged[judged["sentiment"] == usual], kind, per_kind), _pick(opposite, "contrasterend", per_kind)]
    columns = ["story", "theme", "kind", "sentence", "sentiment", "text", "rank"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def _pick(rows: pd.DataFrame, kind: str, number: int) -> pd.DataFrame:
    best = rows.drop_duplicates("story").head(number)
    return best.assign(kind=kind, rank=np.arange(1, len(best) + 1))
