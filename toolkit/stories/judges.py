"""Which model judges the sentences: the shipped one, or a named transformer model (extra `transformers`).

A named model is a text classifier such as a Dutch RobBERT that was trained on sentiment. It must stand on this
machine already: nothing is downloaded. It sees each sentence by itself; the shipped model also sees its context.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from importlib.metadata import version
from importlib.util import find_spec

import numpy as np

from toolkit.cache import Cache
from toolkit.errors import ToolkitError
from toolkit.stories.embed import Embedder
from toolkit.stories.language import for_models
from toolkit.stories.sentiment import Judge, shipped_judge
from toolkit.stories.sentiment_model import Array

Classify = Callable[[Sequence[str]], Array]
NAMED = (
    (r"neg|very[ _]neg|[12] star", 0),
    (r"neu|mixed|3 star", 1),
    (r"pos|very[ _]pos|[45] star", 2),
)
LONGEST = 2000  # characters of a sentence that are read
BATCH = 32


def check_judge(name: str) -> None:
    """Nothing when a model of that name can be there; it is not loaded.

    Raises ToolkitError when what it needs is not installed.
    """
    if name != "auto" and not find_spec("transformers"):
        raise ToolkitError(
            f"Voor het sentimentmodel '{name:.80}' is een onderdeel nodig dat hier niet is geïnstalleerd.",
            'Installeer tellen-en-vertellen[transformers], of kies sentimentmodel = "auto".',
        )


def load_judge(name: str, embedder: Embedder, cache: Cache = Cache()) -> Judge:  # noqa: B008 (frozen)
    """The judge of that name: "auto" is the shipped model, any other name a transformer classifier or its folder.

    Raises ToolkitError when the model is not there or its labels cannot be understood.
    """
    check_judge(name)
    if name == "auto":
        return shipped_judge(embedder, cache)
    labels, classify = _transformer(name)
    return named_judge(name, version("transformers"), labels, classify)


def named_judge(name: str, made_with: str, labels: Sequence[str], classify: Classify) -> Judge:
    """A judge around any classifier: `classify` gives a row of probabilities per text, in the order of `labels`.

    Labels are understood by their beginning (negatief, neutral, POS, "4 stars", ...). Several labels of one side are
    added up. A model without a neutral label never says neutraal.

    Raises ToolkitError when a label cannot be understood, or one of the two sides is missing.
    """
    sides = [_side(label) for label in labels]
    if None in sides or not {0, 2} <= set(sides):
        told = ", ".join(f"'{label:.20}'" for label in labels[:6])
        raise ToolkitError(
            f"De uitkomsten van het model '{name:.80}' zijn niet te herkennen: {told}.",
            "Kies een model met uitkomsten als negatief, neutraal en positief.",
        )

    def judge(stories: Sequence[Sequence[str]]) -> Array:
        flat = [for_models(sentence)[:LONGEST] or " " for story in stories for sentence in story]
        found = np.asarray(classify(flat), dtype=float)
        result = np.zeros((len(flat), 3))
        for column, side in enumerate(sides):
            assert side is not None
            result[:, side] += found[:, column]
        return result

    return Judge(name, made_with, judge)


def _side(label: str) -> int | None:
    plain = label.strip().lower()
    return next((side for pattern, side in NAMED if re.match(pattern, plain)), None)


def _transformer(name: str) -> tuple[list[str], Classify]:
    """The labels of a local text classifier and the function that gives their probabilities."""
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(name, local_files_only=True)  # nosec # B615: only what stands here already
        model = AutoModelForSequenceClassification.from_pretrained(  # nosec # B615: only what stands here already
            name, local_files_only=True
        ).eval()
    except (OSError, ValueError) as error:
        raise ToolkitError(
            f"Het sentimentmodel '{name:.80}' staat niet op deze computer.",
            "Haal het model eerst zelf op; de toolkit haalt uit zichzelf niets van internet.",
        ) from error

    def classify(texts: Sequence[str]) -> Array:
        rows = []
        for begin in range(0, len(texts), BATCH):
            part = list(texts[begin : begin + BATCH])
            inside = tokenizer(part, padding=True, truncation=True, max_length=512, return_tensors="pt")
            with torch.no_grad():
                rows.append(torch.softmax(model(**inside).logits, dim=-1).numpy())
        return np.vstack(rows).astype(float)

    return [str(model.config.id2label[i]) for i in range(model.config.num_labels)], classify
