"""Dutch language: sentences, words with lemmas, non-answers, and which language a text is in.

This module loads language models, once, and says which. It uses a trained spaCy pipeline
(`nl_core_news_*`) when one is installed, else the blank Dutch pipeline with lookup lemmas.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from itertools import islice, pairwise
from typing import Any

from toolkit.stories.mentions import PLACEHOLDER

PIPELINES = ("nl_core_news_lg", "nl_core_news_md", "nl_core_news_sm")
LANGUAGES = ("nl", "en", "de", "fr", "es", "tr", "pl", "ar", "uk", "ru", "pt", "it", "ro", "fa")

UNDETERMINED = "und"
SHORT = 20  # letters under which no language can be told
SURE = 0.8

# Abbreviations that end in a full stop without ending a sentence.
ABBREVIATIONS = frozenset(
    [
        "blz",
        "bijv",
        "bv",
        "ca",
        "cq",
        "dhr",
        "dr",
        "drs",
        "evt",
        "excl",
        "fam",
        "gem",
        "incl",
        "ing",
        "ir",
        "kl",
        "mej",
        "mevr",
        "mgr",
        "mr",
        "mw",
        "nl",
        "nr",
        "nrs",
        "prof",
        "st",
        "str",
        "t/m",
        "tel",
        "v.d",
        "vd",
        "vgl",
        "vlgs",
        "vnl",
        "wed",
    ]
)
# Abbreviations that often are the last word of a sentence: it ends when no small letter or digit follows.
CLOSING = frozenset(
    [
        "a.u.b",
        "apr",
        "aug",
        "d.d",
        "dec",
        "e.a",
        "e.d",
        "enz",
        "etc",
        "feb",
        "jan",
        "jl",
        "jr",
        "max",
        "min",
        "mln",
        "mrt",
        "n.v.t",
        "nov",
        "okt",
        "p.j",
        "p.m",
        "p.p",
        "p.w",
        "s.v.p",
        "sep",
        "sept",
        "sr",
        "z.s.m",
        "zgn",
        "zn",
    ]
)
NON_ANSWERS = frozenset(
    [
        "nvt",
        "nietvantoepassing",
        "geen",
        "niets",
        "niks",
        "nee",
        "neen",
        "needank",
        "needankje",
        "needanku",
        "x",
        "xx",
        "xxx",
        "weetniet",
        "weetikniet",
        "weethetniet",
        "geenidee",
        "geenopmerkingen",
        "geenopmerking",
        "geentoelichting",
        "geenbijzonderheden",
        "geenantwoord",
        "geenmening",
        "geencommentaar",
        "nietsbijzonders",
        "nogniet",
        "zieboven",
        "idem",
        "leeg",
        "test",
    ]
)
_LONGEST = max(map(len, NON_ANSWERS))
_CLOSERS = "\"'”’)]"
_END = re.compile(
    r"[.!?…]+[\"'”’)\]]*(?=\s|$)|\n+|(?<=[\U0001F300-\U0001FAFF\u2600-\u27BF])\ufe0f?(?=\s+[A-Z])"
)
_NEXT = re.compile(r"\s*(\S?)")
_INITIALS = re.compile(r"[^\W\d_](?:\.[^\W\d_])*")
_MARKUP = re.compile(r"</?[a-zA-Z][^<>\n]{0,300}>|https?://\S+")
_STAND_INS = {"persoon": "iemand", "plaats": "hier", "instelling": "de organisatie", "adres": "thuis"}
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as a span of its text: code points, end exclusive, without outer white space."""

    start: int
    end: int


def split_sentences(text: str, keep: Sequence[tuple[int, int]] = ()) -> list[Sentence]:
    """The sentences of a text, also where capitals or full stops are missing.

    A full stop after an abbreviation, an initial or a list number ends nothing (after "etc." and the like
    only when a small letter or a digit follows); neither does one inside a span of `keep` (start, end), nor a
    closed quotation or remark after which the sentence goes on. A new line and an emoji before a capital do
    end a sentence. Every character that is not white space lies in exactly one sentence.
    """
    cuts = [0]
    for match in _END.finditer(text):
        # A mention such as "J. de Vries" holds full stops that end nothing.
        inside = any(start < match.end() < end or start < match.start() + 1 < end for start, end in keep)
        if not inside and _ends_sentence(text, match):
            cuts.append(match.end())
    cuts.append(len(text))
    sentences = []
    for begin, end in pairwise(cuts):
        part = text[begin:end]
        stripped = part.strip()
        if stripped:
            start = begin + len(part) - len(part.lstrip())
            sentences.append(Sentence(start, start + len(stripped)))
    return _join_scraps(text, sentences)


def _ends_sentence(text: str, match: re.Match[str]) -> bool:
    marks = match.group().rstrip(_CLOSERS)
    if not marks or marks[0] not in ".!?…":  # a new line or an emoji
        return True
    following = _NEXT.match(text, match.end())[1]  # type: ignore[index]
    if marks != match.group() and following.islower():  # "Hoe gaat het?" vroeg ze.
        return False
    if marks[0] == "…" or (marks[0] == "." and len(marks) > 1):  # a pause when a small letter follows
        return not following.islower()
    return marks != "." or _full_stop_ends(text, match.start(), following)


def _full_stop_ends(text: str, stop: int, following: str) -> bool:
    before = text[max(0, stop - 40) : stop].lower().rsplit(maxsplit=1)
    word = before[-1].lstrip("(\"'“‘[") if before else ""
    if before and before[-1] in ("'t", "’t", "'m", "’m"):
        return True
    if word in CLOSING:
        return not (following.islower() or following.isdigit())
    if word in ABBREVIATIONS or (_INITIALS.fullmatch(word) and word != "u"):
        return False
    if not (word.isdigit() and len(word) <= 2):
        return True
    line = text.rfind("\n", 0, stop) + 1
    return stop - line > 40 or bool(text[line:stop].strip(" 0123456789"))


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
    """Whether a text says nothing: empty, one letter, "nvt", "weet niet", only punctuation or emoji."""
    # No further than it takes to see that this is longer than any of them: stories are.
    bare = "".join(islice(filter(str.isalnum, text.lower()), _LONGEST + 1))
    return not bare or (len(bare) == 1 and bare.isalpha()) or bare in NON_ANSWERS


def for_models(text: str) -> str:
    """The text as models should read it: placeholders become plain words, HTML tags and addresses of pages go."""
    bare = _MARKUP.sub(" ", text)
    return PLACEHOLDER.sub(lambda match: _STAND_INS.get(match.group(1), ""), bare)


def detect_language(texts: Sequence[str]) -> list[str]:
    """The ISO 639 code of each text's language, or "und": too short or too mixed to tell.

    Undetermined are texts under 20 letters, non-answers, and texts that look like another language than
    Dutch with a chance under 0.8: a few Dutch words are easily taken for German or English.
    """
    identifier = _identifier()

    def of(text: str) -> str:
        if sum(map(str.isalpha, text)) < SHORT or is_non_answer(text):
            return UNDETERMINED
        language, chance = identifier.classify(text)
        return str(language) if language == "nl" or chance >= SURE else UNDETERMINED

    return [of(text) for text in map(for_models, texts)]


def read_as_dutch(language: str) -> bool:
    """Whether the Dutch models may read a text of this language: Dutch, or not to be told."""
    return language in ("nl", UNDETERMINED)


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

    if name := _trained():
        return spacy.load(name, exclude=["parser", "ner"]), pipeline_name()
    nlp = spacy.blank("nl")
    nlp.add_pipe("lemmatizer", config={"mode": "lookup"})
    nlp.initialize()
    return nlp, pipeline_name()


def pipeline_name() -> str:
    """Name and version of the Dutch pipeline; it is not loaded, which takes seconds."""
    if name := _trained():
        return f"{name} {version(name)}"
    return f"spaCy {version('spacy')} blank nl + spacy-lookups-data"


def _trained() -> str:
    """The trained pipeline that is installed, the best first; "" is none."""
    for name in PIPELINES:
        try:
            version(name)
        except PackageNotFoundError:
            continue
        return name
    return ""


def lemmas(texts: Sequence[str]) -> list[list[str]]:
    """The lemmas of each text in lower case: words only, no numbers, placeholders or punctuation."""
    nlp, _ = dutch_pipeline()
    plain = [PLACEHOLDER.sub(" ", _MARKUP.sub(" ", text)).lower() for text in texts]
    return [
        [token.lemma_.lower() for token in doc if _WORD.fullmatch(token.text)]
        for doc in nlp.pipe(plain, batch_size=64)
    ]


def telling_words(texts: Sequence[str]) -> list[list[str]]:
    """The lemmas of each text that say something: no stop words, three letters or more.

    Equal texts are read once: a delivery may hold thousands of the same answer.
    """
    stops = stop_words()
    different = list(dict.fromkeys(texts))
    found = {
        text: [word for word in words if word not in stops and len(word) > 2]
        for text, words in zip(different, lemmas(different), strict=True)
    }
    return [found[text] for text in texts]


def stop_words() -> frozenset[str]:
    """Dutch stop words of spaCy, with words that any story of help holds and that say nothing of its subject."""
    from spacy.lang.nl.stop_words import STOP_WORDS

    extra = (
        "gaan komen doen zeggen krijgen hebben worden kunnen zijn laten vinden blijven staan zitten maken willen "
        "moeten nemen houden weer wel heel echt gewoon eens even ineens steeds nog al goed jaar week dag maand keer "
        "mens ding man vrouw meneer mevrouw iemand hier thuis zelf mijn onze hun haar twee drie vier vijf zes per wij"
    )
    return frozenset(STOP_WORDS) | frozenset(extra.split())
