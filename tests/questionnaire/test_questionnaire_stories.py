"""From a questionnaire with a story to a corpus that is read."""

from __future__ import annotations

from pathlib import Path

from toolkit import scaffold
from toolkit.analysis.inputs import read_areas
from toolkit.collect import questionnaires
from toolkit.collect.stories import hand_over
from toolkit.project import CorpusSettings, find_project
from toolkit.settings import read_settings
from toolkit.stories.read import read_stories

CSV = """id;submitdate;meedoen;verhaal;titel;citeren;gevoel;gingover[SQ001];gingover[SQ002];gingover[SQ003];nodig[SQ001];nodig[SQ002];nodig[SQ003];moment[SQ001];wiebepaalde[SQ001];wijk;leeftijd
"1";"2026-03-02 10:00:00";"Y";"Ik belde. Niemand nam op.";"Bellen";"Y";"A4";"60";"40";"";"";"";"";"70";"";"A7";"44"
"2";"2026-03-03 10:00:00";"N";;;;;;;;;;;;;;
"3";"";"Y";"Niet af";"";"";"";"";"";"";"";"";"";"";"";"";""
"4";"2026-03-04 10:00:00";"Y";"Het hielp; ""echt"".";"";"N";"WN";"10";"20";"70";"";"";"";"";"";"";""
"""


def test_stories_reach_the_corpus_with_their_meaning(tmp_path: Path) -> None:
    scaffold.init(tmp_path / "p", "Proef")
    project = find_project(tmp_path / "p")
    questionnaires.start(project, "vertel", "verhalen")
    scaffold.new(project, "verhalen", "verhalen")
    raw = project.survey("vertel") / "raw"
    raw.mkdir(exist_ok=True)
    (raw / "limesurvey.csv").write_text(CSV, encoding="utf-8-sig")
    made = hand_over(project, "vertel", "verhalen")
    assert made.count == 2

    corpus = project.corpus("verhalen")
    head = 'naam = "V"\nperiode = "2026"\ngrondslag = "toestemming"\nbewaren_tot = 2099-12-31\n'
    (corpus / "corpus.toml").write_text(head + made.settings, encoding="utf-8")
    settings = read_settings(corpus / "corpus.toml", CorpusSettings)
    found = read_stories(corpus, settings, read_areas(project))
    stories = found.stories
    assert list(stories["text"]) == ["Ik belde. Niemand nam op.", 'Het hielp; "echt".']
    assert list(stories["area"]) == ["WK050507", ""] and list(stories["quote_consent"]) == [True, False]
    assert stories["feeling"].iloc[0] == -0.5
    assert [triad.id for triad in settings.triads] == ["ging-over", "nodig"] and len(settings.dyads) == 2
