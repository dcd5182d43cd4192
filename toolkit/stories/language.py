"""Dutch language: sentences, words with lemmas, non-answers, and which language a text is in.

This module loads language models, once, and says which. It uses a trained spaCy pipeline
(`nl_core_news_*`) when one is installed, else the blank Dutch pipeline with lookup lemmas.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

PIPELINES = ("nl_core_news_lg", "nl_core_news_md", "nl_core_news_sm")
LANGUAGES = ("nl", "en", "de", "fr", "es", "tr", "pl", "ar", "uk", "ru", "pt", "it", "ro", "fa")

# Abbreviations that end in a full stop without ending a sentence.
ABBREVIATIONS = frozenset(
    "aug apr blz bijv b.v bv ca cq d.d dec dhr d.m.v dr drs e.a e.d etc evt excl feb fam gem i.p.v i.v.m "
    "incl ing ir jan jl jr juli juni kl m.b.t m.b.v m.i.v max mej mevr mgr min mln mr mrt mw n.a.v n.v.t nl "
    "nov nr nrs o.a o.b.v o.i.d okt o.l.v p p.j p.m p.p p.w prof sep sept sr st str t.a.v t.b.v t.g.v tel "
    "t/m t.o.v v.a vd v.d vgl vlgs vnl wed z.s.m zgn zn".split()
)
NON_ANSWERS = frozenset(
    "nvt n.v.t geen niets niks nee neen x xx xxx weetniet weetiknniet weetikniet geenidee geenopmerkingen "
    "geenopmerking nogniet zieboven idem ? - . geenmening geencommentaar leeg test".split()
)
_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s|$)|\n+|(?<=[\U0001F300-\U0001FAFF\u2600-\u27BF])\ufe0f?(?=\s+[A-Z])")
_PLACEHOLDER = re.compile(r"\[(?:persoon|adres|postcode|plaats|telefoon|email|url|bsn|datum|leeftijd|instelling|nummer)[^\]\n]{0,24}\]")
_STAND_INS = {"persoon": "iemand", "plaats": "hier", "instelling": "de organisatie", "adres": "thuis"}
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")


@dataclass(frozen=True)
class Sentence:
    """A sentence as a span of its text: code points, end exclusive, without outer white space."""

    start: int
    end: int


def split_sentences(text: str, keep: Sequence[tuple[int, int]] = ()) -> list[Sentence]:
    """The sentences of a text, also where capitals or full stops are missing.

    A full stop after an abbreviation, an initial or a list number ends nothing; neither does one
    inside a span of `keep` (start, end). A new line and an emoji before a capital do end a sentence.
    Every character that is not white space lies in exactly one sentence.
    """
    cuts = [0]
    for match in _END.finditer(text):
        # A mention such as "J. de Vries" holds full stops that end nothing.
        inside = any(start < match.end() < end or start < match.start() + 1 < end for start, end in keep)
        if not inside and (not match.group().startswith(".") or _ends_sentence(text, match)):
            cuts.append(match.end())
    cuts.append(len(text))
    sentences = []
    for begin, end in zip(cuts, cuts[1:], strict=False):
        part = text[begin:end]
        stripped = part.strip()
        if stripped:
            start = begin + len(part) - len(part.lstrip())
            sentences.append(Sentence(start, start + len(stripped)))
    return _join_scraps(text, sentences)


def _ends_sentence(text: str, match: re.Match[str]) -> bool:
    before = text[: match.start()].rsplit(maxsplit=1)
    word = before[-1].lower().lstrip("(\"'“‘[") if before else ""
    if len(match.group().rstrip("\"'”’)]")) > 1:  # an ellipsis: a pause when a small letter follows
        return not text[match.end() :].lstrip()[:1].islower()
    if word in ABBREVIATIONS:
        return False
    if len(word) == 1 and word.isalpha():  # an initial, unless the word is one ("u")
        return word == "u"
    starts_line = not text[: match.start()].rsplit("\n", 1)[-1].strip(" 0123456789")
    return not (word.isdigit() and len(word) <= 2 and starts_line)


def _join_scraps(text: str, sentences: list[Sentence]) -> list[Sentence]:
    """Pieces without a letter or digit (a lone emoji, "!!") belong to the sentence before them."""
    joined: list[Sentence] = []
    for sentence in sentences:
        if joined and not any(char.isalnum() for char in text[sentence.start : sentence.end]):
            joined[-1] = Sentence(joined[-1].start, sentence.end)
        else:
            joined.append(sentence)
    return joined


def is_non_answer(text: str) -> bool:
    """Whether a text says nothing: empty, "nvt", "geen", "weet niet", only punctuation or emoji."""
    bare = re.sub(r"[\s.,;:!?\-_/*'\"]+", "", text.lower())
    return not any(char.isalnum() for char in bare) or bare in NON_ANSWERS or text.strip() in NON_ANSWERS


def for_models(text: str) -> str:
    """The text as models should read it: placeholders of de-identification become plain words."""
    return _PLACEHOLDER.sub(lambda match: _STAND_INS.get(match.group()[1:].split("-")[0].rstrip("]"), ""), text)


def detect_language(texts: Sequence[str]) -> list[str]:
    """The ISO code of each text's language.

    Texts under 20 letters are too short to tell and count as Dutch ("nl"), as do non-answers.
    """
    identifier = _identifier()
    return [
        "nl" if sum(map(str.isalpha, text)) < 20 else str(identifier.classify(for_models(text))[0])
        for text in texts
    ]


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(LANGUAGES))
    return identifier


@lru_cache(maxsize=1)
def dutch_pipeline() -> tuple[Any, str]:
    """The spaCy pipeline for Dutch and its name with version; loaded once.

    Only tagger-free lemmas are used, so a trained pipeline runs without its parser and entities.
    """
    import spacy

    for name in PIPELINES:
        if spacy.util.is_package(name):
            nlp = spacy.load(name, exclude=["parser", "ner"])
            return nlp, f"{name} {nlp.meta['version']}"
    nlp = spacy.blank("nl")
    nlp.add_pipe("lemmatizer", config={"mode": "lookup"})
    nlp.initialize()
    return nlp, f"spaCy {spacy.__version__} blank nl + spacy-lookups-data"


def lemmas(texts: Sequence[str]) -> list[list[str]]:
    """The lemmas of each text in lower case: words only, no numbers, placeholders or punctuation."""
    nlp, _ = dutch_pipeline()
    plain = [_PLACEHOLDER.sub(" ", text).lower() for text in texts]
    return [
        [token.lemma_.lower() for token in doc if _WORD.fullmatch(token.text)]
        for doc in nlp.pipe(plain, batch_size=64)
    ]


def stop_words() -> frozenset[str]:
    """Dutch stop words of spaCy, with words that any story of help holds and that say nothing of its subject."""
    from spacy.lang.nl.stop_words import STOP_WORDS

    extra = (
        "gaan komen doen zeggen krijgen hebben worden kunnen zijn laten vinden blijven staan zitten maken willen "
        "moeten nemen houden weer wel heel echt gewoon eens even ineens steeds nog al goed jaar week dag maand keer "
        "mens ding man vrouw meneer mevrouw iemand hier thuis zelf mijn onze hun haar twee drie vier vijf zes per wij"
    )
    return frozenset(STOP_WORDS) | frozenset(extra.split())
