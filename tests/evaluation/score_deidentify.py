"""Recall and precision of de-identification on JSON Lines files with marks `[[kind:text]]`.

Use: python -m tests.evaluation.score_deidentify FILE.jsonl [...] [--show]

A gold mention is found ("weg") when predicted spans cover all its letters and digits, whatever their
kind; "zelfde" counts those covered by spans of that kind. A predicted span is wrong ("fout") when it
overlaps no gold mention. Texts are in "tekst" or, sentence by sentence, in "zinnen". Texts and errors are
printed with --show only.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from toolkit.stories.deidentify import find_mentions
from toolkit.stories.mentions import Mention

MARK = re.compile(r"\[\[(\w+):((?:[^\]]|\](?!\]))*)\]\]")
GROUPS = {
    "persoon": ("persoon",),
    "direct": ("adres", "postcode", "telefoon", "email", "url", "bsn", "nummer"),
    "indirect": ("datum", "leeftijd", "plaats", "instelling"),
}


@dataclass(frozen=True)
class Score:
    """Counts over a set of texts, per kind of gold mention and per kind of predicted span."""

    gold: Counter[str]
    found: Counter[str]
    same_kind: Counter[str]
    spans: Counter[str]
    wrong: Counter[str]

    def recall(self, kinds: Iterable[str]) -> float:
        """Share of the gold mentions of these kinds that are removed (0-1; NaN without any)."""
        kinds = list(kinds)
        total = sum(self.gold[kind] for kind in kinds)
        return sum(self.found[kind] for kind in kinds) / total if total else float("nan")

    @property
    def wrong_share(self) -> float:
        """Share of the predicted spans that overlap no gold mention (0-1)."""
        total = sum(self.spans.values())
        return sum(self.wrong.values()) / total if total else 0.0


def unmark(marked: str) -> tuple[str, list[Mention]]:
    """A marked text without its marks, and the gold mentions with offsets in that text."""
    parts: list[str] = []
    gold: list[Mention] = []
    here = length = 0
    for match in MARK.finditer(marked):
        before = marked[here : match.start()]
        start = length + len(before)
        gold.append(Mention(start, start + len(match.group(2)), match.group(1)))
        parts += [before, match.group(2)]
        length = start + len(match.group(2))
        here = match.end()
    return "".join([*parts, marked[here:]]), gold


def read_marked(path: Path) -> list[str]:
    """The marked texts of a JSON Lines file."""
    texts = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        texts.append(row["tekst"] if "tekst" in row else " ".join(pair[0] for pair in row["zinnen"]))
    return texts


def score(marked: Sequence[str], show: bool = False) -> Score:
    """Score `find_mentions` on marked texts."""
    pairs = [unmark(text) for text in marked]
    result = Score(Counter(), Counter(), Counter(), Counter(), Counter())
    for (text, gold), spans in zip(pairs, find_mentions([text for text, _ in pairs]), strict=True):
        for mention in gold:
            result.gold[mention.kind] += 1
            if _covered(text, mention, spans):
                result.found[mention.kind] += 1
                if _covered(text, mention, [span for span in spans if span.kind == mention.kind]):
                    result.same_kind[mention.kind] += 1
            elif show:
                sys.stdout.write(f"MIST {mention.kind}: {_context(text, mention)}\n")
        for span in spans:
            result.spans[span.kind] += 1
            if not any(mention.start < span.end and span.start < mention.end for mention in gold):
                result.wrong[span.kind] += 1
                if show:
                    sys.stdout.write(f"FOUT {span.kind}: {_context(text, span)}\n")
    return result


def report(result: Score) -> str:
    """The score as lines of text."""
    lines = [f"{'soort':<12}{'goud':>6}{'weg':>8}{'zelfde':>8}{'spans':>7}{'fout':>6}"]
    for kind in sorted(set(result.gold) | set(result.spans)):
        total = result.gold[kind]
        shares = [
            f"{count[kind] / total:8.1%}" if total else f"{'-':>8}"
            for count in (result.found, result.same_kind)
        ]
        lines.append(f"{kind:<12}{total:>6}{''.join(shares)}{result.spans[kind]:>7}{result.wrong[kind]:>6}")
    for group, kinds in GROUPS.items():
        lines.append(f"{group}: {result.recall(kinds):.1%} van {sum(result.gold[kind] for kind in kinds)}")
    lines.append(f"alle: {result.recall(result.gold):.1%}; foute spans: {result.wrong_share:.1%}")
    return "\n".join(lines)


def _covered(text: str, mention: Mention, spans: Sequence[Mention]) -> bool:
    return all(
        any(span.start <= place < span.end for span in spans)
        for place in range(mention.start, mention.end)
        if text[place].isalnum()
    )


def _context(text: str, span: Mention) -> str:
    left, right = text[max(0, span.start - 45) : span.start], text[span.end : span.end + 25]
    return f"{left}>>{text[span.start : span.end]}<<{right}".replace("\n", " ")


def main() -> None:
    """Print the scores of the files on the command line."""
    parser = argparse.ArgumentParser(description="Score de-identification on marked texts.")
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--show", action="store_true", help="print misses and wrong spans")
    options = parser.parse_args()
    marked = [text for path in options.files for text in read_marked(path)]
    start = time.perf_counter()
    result = score(marked, options.show)
    sys.stdout.write(f"{report(result)}\n{len(marked)} teksten in {time.perf_counter() - start:.1f} s\n")


if __name__ == "__main__":
    main()
