"""What the small projects of the tests have in common: settings, areas, one of each kind of source, and their outcomes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from toolkit.project import Project, find_project

BASE: Mapping[str, str] = {
    "tev.toml": """
naam = "Klein"
gemeente = "GM0505"
fictief = true
[gebieden]
bestand = "gebieden.csv"
samenvoegen = { WK050519 = "WK050507" }
""",
    "gebieden.csv": """gebied,naam,soort
GM0505,Dordrecht,gemeente
WK050507,Wielwijk,wijk
WK050519,Industriegebied,wijk
""",
}
# An analysis that needs no text model.
NO_MODELS = """
[tekst]
embedding = "use"
themas = false
onderwerpen = false
sentiment = false
[onthulling]
minimum_verhalen = 2
"""
# Two themes for a corpus.
THEMES = """
[[thema]]
id = "wachten"
naam = "Wachten"
beschrijving = "Lang op de wachtlijst staan."
[[thema]]
id = "geld"
naam = "Geld"
beschrijving = "Schulden en rekeningen."
"""
# A survey with one question, of which the people of 2026 are half young and half old (see `answers`).
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
"""
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
POPULATION = "gebied,groep,aantal\n,jong,500\n,oud,500\n"
# A registration of which one file was put there by hand (columns client, start, wijk).
REGISTRATION = """
naam = "Trajecten"
periode = "2026"
periode_van = 2026-01-01
periode_tot = 2026-12-31
bewaren_tot = 2099-12-31
[[levering]]
bestand = "raw/met-de-hand.csv"
formaat = "csv"
partner = "Partner Hand"
[levering.kolommen]
client = "client"
start = "start"
area = "wijk"
"""


def registration(clients: int = 40) -> dict[str, str]:
    """The files of that registration, with so many clients of one wijk."""
    rows = "".join(f"H{number};5-1-2026;WK050507\n" for number in range(clients))
    return {
        "surveys/trajecten/registratie.toml": REGISTRATION,
        "surveys/trajecten/raw/met-de-hand.csv": f"client;start;wijk\n{rows}",
    }


def plan(more: str = "", **text: str | bool) -> str:
    """A plan of the survey, the registration and the stories; `text` are settings of [tekst], `more` comes last."""
    settings = {"embedding": "use", **text}
    lines = "\n".join(f"{key} = {json.dumps(value)}" for key, value in settings.items())
    return f"""
naam = "Klein"
periode = "2026"
enquetes = ["proef"]
registraties = ["trajecten"]
corpora = ["verhalen"]
uitsplitsen = ["groep"]
[tekst]
{lines}
[onthulling]
minimum_verhalen = 2
[citaten]
k = 2
{more}"""


# A delivery of trajectories as a partner makes it: its heads, and a row.
HEADER = ["Cliëntnr", "Soort hulp", "Wijk", "Aanmelddatum", "Startdatum", "Einddatum", "Reden einde", "Doelen gesteld", "Doelen behaald"]  # fmt: skip
ROW = ["K001", "Begeleiding", "WK050507", "2-1-2026", "5-1-2026", "3-3-2026", "19", "2", "1"]


def corpus(name: str, codebook: str = "themas.toml", **more: str) -> str:
    """A corpus.toml of stories in raw/verhalen.csv (columns nr, wijk, verhaal, mag); `more` are other settings."""
    settings = {"naam": name, "codeboek": codebook, **more}
    return (
        "\n".join(f'{key} = "{value}"' for key, value in settings.items())
        + """
periode = "2026"
grondslag = "toestemming"
bewaren_tot = 2099-12-31
[[bron]]
bestand = "raw/verhalen.csv"
rol = "inwoner"
[bron.kolommen]
story = "nr"
area = "wijk"
text = "verhaal"
quote_consent = "mag"
"""
    )


def answers(rows: Iterable[tuple[str, str]]) -> str:
    """A delivery of the survey: group and answer of each respondent, all of one wijk."""
    lines = [f"{number},WK050507,{group},{said}" for number, (group, said) in enumerate(rows)]
    return "\n".join(["nr,gebied,groep,contact", *lines]) + "\n"


def survey(rows: Iterable[tuple[str, str]], name: str = "proef", more: str = "") -> dict[str, str]:
    """The files of a survey with these answers; `more` are other settings of its weighting."""
    return {
        f"surveys/{name}/enquete.toml": SURVEY + more,
        f"surveys/{name}/codeboek.toml": CODEBOOK,
        f"surveys/{name}/bevolking.csv": POPULATION,
        f"surveys/{name}/raw/proef.csv": answers(rows),
    }


def write(root: Path, files: Mapping[str, str]) -> Project:
    """Put files (path in the project -> text) in a project, which need not exist yet."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return find_project(root)


# What differs between two runs that did the same: moments, and how long each step took.
MOMENTS = ("gestart", "duur_seconden")


def outcomes(root: Path) -> dict[str, bytes]:
    """Every file of the outcomes, without what tells the time: those fields of run.json, and the workbook's day.

    What a killed command had in hand is no outcome: see `leftovers`.
    """
    folder = root / "analyses/klein/output"
    found = {}
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.name.startswith("."):
            continue
        name = path.relative_to(folder).as_posix()
        if name == "run.json":
            record = json.loads(path.read_bytes())
            # The hash of the workbook follows its day, and is held against the workbook itself elsewhere.
            found[name] = json.dumps({k: v for k, v in record.items() if k not in MOMENTS}).encode()
        else:
            found[name] = path.read_bytes()
    return found
