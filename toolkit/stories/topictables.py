"""What is told of topics: which may leave, per group, over time, as a tree, and as a figure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from toolkit.stories.topicmodel import TopicModel
from toolkit.stories.topics import Topics
from toolkit.stories.topicwords import title_of

PUBLISHED = ["onderwerp", "titel", "woorden", "aantal", "stabiliteit", "oordeel"]


def published_topics(topics: Topics, least: int) -> pd.DataFrame:
    """The topics that may leave: see PUBLISHED.

    A topic of fewer than `least` stories is left out, and so is a word that fewer stories hold; a topic
    of which no word is left has an empty title. The last row, onderwerp -1, counts the stories in none of
    the topics shown, unless these are fewer than `least`.
    """
    large = topics.topics[topics.topics["aantal"] >= least]
    words = [
        [word for word in text.split(", ") if word and topics.word_stories.get(word, 0) >= least]
        for text in large["woorden"]
    ]
    shown = large.assign(titel=[title_of(one) for one in words], woorden=[", ".join(one) for one in words])
    shown = shown[PUBLISHED].reset_index(drop=True)
    rest = len(topics.documents) - int(shown["aantal"].sum())
    if shown.empty or rest < least:
        return shown
    none = {"onderwerp": -1, "titel": "in geen onderwerp", "woorden": "", "aantal": rest, "oordeel": ""}
    return pd.concat([shown, pd.DataFrame([none])], ignore_index=True)[PUBLISHED]


def topics_per_group(topics: Topics, groups: Sequence[str], name: str = "groep") -> pd.DataFrame:
    """Stories per topic and group: `name`, onderwerp, titel, aantal, verhalen, aandeel (0-1), opvallend.

    `groups` has one value a story, in the order of `topics.documents`; stories without one are left out.
    `verhalen` are all stories of the group, in a topic or not, and `aandeel` is the part of them in the topic.
    `opvallend` is how far that lies from the share among all stories, in standard errors of that share in a
    group of this size.
    """
    frame = topics.documents.assign(groep=[str(value).strip() for value in groups])
    frame = frame[frame["groep"] != ""]
    titles = dict(zip(topics.topics["onderwerp"], topics.topics["titel"], strict=True))
    rows = []
    for group, part in frame.groupby("groep"):
        for topic, title in titles.items():
            count = int((part["onderwerp"] == topic).sum())
            overall = float((frame["onderwerp"] == topic).mean())
            error = np.sqrt(overall * (1 - overall) / len(part))
            share = count / len(part)
            rows.append(
                {
                    name: group,
                    "onderwerp": topic,
                    "titel": title,
                    "aantal": count,
                    "verhalen": len(part),
                    "aandeel": round(share, 4),
                    "opvallend": round((share - overall) / error, 2) if error > 0 else 0.0,
                }
            )
    columns = [name, "onderwerp", "titel", "aantal", "verhalen", "aandeel", "opvallend"]
    return pd.DataFrame(rows, columns=columns)


def periods(dates: Sequence[str]) -> list[str]:
    """The period of each date: years when they span more than three, else quarters; "" for what is no date.

    Dates as 2026-03-12, 12-3-2026 or 2026-03.
    """
    first = pd.to_datetime(pd.Series(list(dates), dtype=str).str.strip(), errors="coerce", format="ISO8601")
    found = first.fillna(
        pd.to_datetime(pd.Series(list(dates), dtype=str).str.strip(), errors="coerce", format="%d-%m-%Y")
    )
    known = found.dropna()
    if known.empty:
        return [""] * len(found)
    long = known.dt.year.max() - known.dt.year.min() > 3
    return [
        "" if pd.isna(day) else str(day.year) if long else f"{day.year}-K{(day.month - 1) // 3 + 1}"
        for day in found
    ]


def topic_tree(model: TopicModel) -> pd.DataFrame:
    """How topics join into broader ones: stap, links, rechts, titel_links, titel_rechts, afstand, onderwerpen.

    Average linkage of the centres by cosine distance; the nearest join first. `links` and `rechts` are topics,
    or earlier steps as "s1", "s2". `onderwerpen` are all topics then joined, with a semicolon between them.
    """
    from scipy.cluster.hierarchy import linkage

    columns = ["stap", "links", "rechts", "titel_links", "titel_rechts", "afstand", "onderwerpen"]
    titles = dict(zip(model.table["onderwerp"], model.table["titel"], strict=True))
    place = {topic: position for position, topic in enumerate(model.topics) if topic >= 0}
    topics = sorted(place)
    if len(topics) < 2:
        return pd.DataFrame(columns=columns)
    joined: list[tuple[str, str, list[int]]] = [(str(topic), str(titles[topic]), [topic]) for topic in topics]
    rows = []
    for step, (left, right, distance, _) in enumerate(
        linkage(model.centres[[place[topic] for topic in topics]], "average", metric="cosine"), start=1
    ):
        one, other = joined[int(left)], joined[int(right)]
        members = sorted([*one[2], *other[2]])
        title = one[1] if len(one[2]) >= len(other[2]) else other[1]
        joined.append((f"s{step}", f"{title} e.a." if not title.endswith("e.a.") else title, members))
        rows.append(
            [step, one[0], other[0], one[1], other[1], round(float(distance), 4), ";".join(map(str, members))]
        )
    return pd.DataFrame(rows, columns=columns)


def draw_topics(topics: pd.DataFrame, path: Path) -> None:
    """A bar per topic: number of stories, title, and how stable it is; topics that change are pale."""
    from matplotlib.figure import Figure

    height = max(2.0, 0.42 * len(topics) + 1.2)
    figure = Figure(figsize=(9, height), layout="constrained")
    axes = figure.subplots()
    shown = topics.iloc[::-1]
    colours = ["#9DB8C5" if verdict == "wisselend" else "#1F5C7A" for verdict in shown["oordeel"]]
    titles = [
        str(title) or f"onderwerp {topic}"
        for title, topic in zip(shown["titel"], shown["onderwerp"], strict=True)
    ]
    bars = axes.barh(range(len(shown)), shown["aantal"].astype(float), color=colours)
    axes.set_yticks(range(len(shown)), titles)
    texts = [
        f"{count}  ({verdict}, {value:.2f})".replace(".", ",")
        for count, verdict, value in zip(shown["aantal"], shown["oordeel"], shown["stabiliteit"], strict=True)
    ]
    axes.bar_label(bars, labels=texts, padding=4, fontsize=9)
    axes.set_xlabel("aantal verhalen")
    axes.spines[["top", "right"]].set_visible(False)
    axes.margins(x=0.3)
    figure.savefig(path, dpi=150, metadata={"Title": "Onderwerpen en hun aantal verhalen"})
