"""A survey of 100 respondents for the project `small`."""

from __future__ import annotations

from small_project import write

from toolkit.project import Project

CODEBOOK = """
naam = "x"
versie = "1"
[bron.csv]
nummer = "nr"
[[variabele]]
naam = "gebied"
vraag = "Wijk?"
soort = "keuze"
rol = "gebied"
codes = { WK050507 = "Wielwijk", WK050519 = "Industriegebied" }
[[variabele]]
naam = "groep"
vraag = "Groep?"
soort = "keuze"
codes = { jong = "jong", oud = "oud" }
[[variabele]]
naam = "contact"
vraag = "Contact?"
soort = "ja-nee"
kpi = "bereik.contact"
telt = ["ja"]
"""
SURVEY = """
naam = "Proef"
soort = "bewonersenquete"
periode = "2026"
veldwerk_van = 2026-01-01
veldwerk_tot = 2026-02-01
bewaren_tot = 2099-12-31
[[levering]]
bestand = "raw/proef.csv"
formaat = "csv"
[weging]
bevolking = "bevolking.csv"
marges = [["groep"]]
afkappen = 2.0
"""


def add_survey(project: Project) -> None:
    """100 respondents, of whom 4 are old while half of the people are: no weight of at most 2 mends that."""
    folder = "surveys/proef"
    rows = [f"{i},WK050507,{'oud' if i < 4 else 'jong'},{'ja' if i % 2 else 'nee'}" for i in range(100)]
    files = {
        "enquete.toml": SURVEY,
        "codeboek.toml": CODEBOOK,
        "bevolking.csv": "gebied,groep,aantal\n,jong,500\n,oud,500\n",
        "raw/proef.csv": "\n".join(["nr,gebied,groep,contact", *rows]) + "\n",
    }
    write(project.root, {f"{folder}/{name}": text for name, text in files.items()})
    plan = project.root / "analyses/klein/plan.toml"
    text = plan.read_text(encoding="utf-8")
    plan.write_text(text.replace("registraties =", 'enquetes = ["proef"]\nregistraties ='), encoding="utf-8")
