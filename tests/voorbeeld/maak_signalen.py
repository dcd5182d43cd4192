"""Make the fictional signals, amounts and projects of the example, as a municipality would receive them.

Run from the repository root: `python tests/voorbeeld/maak_signalen.py`.
Nothing here is about real people or real money. The true parameters stand at the top.
"""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

import xlsxwriter

SURVEYS = Path(__file__).resolve().parents[2] / "surveys"
SIGNALS = SURVEYS / "voorbeeld-signalen" / "raw"
FINANCE = SURVEYS / "voorbeeld-financien" / "raw"
PROJECTS = SURVEYS / "voorbeeld-projecten" / "raw"
SEED = 20260120

# The true parameters -------------------------------------------------------------------------
COMPLAINTS = {
    "WK050501": 24, "WK050502": 21, "WK050503": 38, "WK050504": 14, "WK050505": 31, "WK050506": 4,
    "WK050507": 52, "WK050508": 44, "WK050509": 33, "WK050510": 12, "WK050511": 19, "WK050519": 1,
}  # fmt: skip
OBJECTIONS = {"WK050501": 15, "WK050503": 22, "WK050505": 16, "WK050507": 27, "WK050508": 25, "WK050509": 18}
COMPLAINTS_WITHOUT_AREA = 9
COMPLAINTS_IN_2024 = 6  # of an earlier year; they do not count for 2025
WAITING = {  # wijk -> people on the list, on 30 June and on 31 December
    "WK050501": (22, 26), "WK050502": (18, 15), "WK050503": (41, 44), "WK050504": (16, 17),
    "WK050505": (30, 28), "WK050506": (11, 12), "WK050507": (48, 61), "WK050508": (45, 57),
    "WK050509": (36, 33), "WK050510": (13, 11), "WK050511": (20, 19),
}  # fmt: skip
# post, kind, budgeted, realised, people (None: not known)
AMOUNTS = (
    ("Wijkteams", "algemeen", 6_250_000, 6_412_350.5, 1900),
    ("Welzijn en ontmoeting", "algemeen", 4_100_000, 3_987_200, None),
    ("Mantelzorg en vrijwilligers", "algemeen", 1_350_000, 1_298_640.25, None),
    ("Jeugdhulp met verblijf", "specialistisch", 12_800_000, 13_905_000, 240),
    ("Begeleiding Wmo", "specialistisch", 9_600_000, 9_244_118.75, 1310),
    ("Beschermd wonen", "specialistisch", 7_400_000, 7_655_300, 205),
    ("Uitvoering en ICT", "overig", 1_150_000, 1_096_000, None),
)
# ---------------------------------------------------------------------------------------------


def complaints() -> bytes:
    """Complaints and objections of the municipality: a row each, Windows-1252, Dutch dates and words."""
    rng = Random(SEED)
    rows = [(wijk, "Klacht") for wijk, number in COMPLAINTS.items() for _ in range(number)]
    rows += [(wijk, "Bezwaarschrift") for wijk, number in OBJECTIONS.items() for _ in range(number)]
    rows += [("onbekend", "Klacht")] * COMPLAINTS_WITHOUT_AREA
    dated = [(date(2025, 1, 1) + timedelta(days=rng.randrange(365)), *row) for row in rows]
    dated += [
        (date(2024, 12, 31) - timedelta(days=rng.randrange(200)), "WK050503", "Klacht")
        for _ in range(COMPLAINTS_IN_2024)
    ]
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(["Zaak", "Ontvangen", "Wijk", "Soort zaak"])
    for number, (day, wijk, kind) in enumerate(sorted(dated), start=1):
        writer.writerow([f"Z{number:04d}", f"{day.day}-{day.month}-{day.year}", wijk, kind])
    return text.getvalue().encode("cp1252")


def waiting() -> bytes:
    """The waiting list of the partners together: counts per wijk on two days, UTF-8 with BOM."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(["Peildatum", "Gebied", "Aantal wachtenden"])
    for place, day in enumerate(("30-06-2025", "31-12-2025")):
        for wijk, numbers in WAITING.items():
            writer.writerow([day, wijk, numbers[place]])
    return text.getvalue().encode("utf-8-sig")


def amounts(path: Path) -> None:
    """The amounts of the P&C cycle: a workbook with titles above the header and some numbers as text."""
    book = xlsxwriter.Workbook(path)
    book.set_properties({"title": "Verzonnen bedragen", "created": datetime(2026, 1, 20)})
    sheet = book.add_worksheet("Jaarrekening")
    sheet.write_string(0, 0, "Sociaal domein, jaarrekening 2025 (verzonnen). Bedragen in euro.")
    for column, name in enumerate(["Post", "Soort", "Begroot", "Gerealiseerd", "Cliënten"]):
        sheet.write_string(2, column, name)
    for line, (post, kind, budget, actual, people) in enumerate(AMOUNTS, start=3):
        sheet.write_string(line, 0, post)
        sheet.write_string(line, 1, f"{kind} ")
        sheet.write_number(line, 2, budget)
        if line == 4:
            sheet.write_string(line, 3, "3.987.200,00")
        else:
            sheet.write_number(line, 3, actual)
        if people is not None:
            sheet.write_number(line, 4, people)
    book.close()


PROJECT_ROWS = (
    ("Onderdeel", "Project", "Doel", "Start", "Einde", "Budget", "Besteed", "Bereik", "Eenheid", "Rapportcijfer",
     "% tevreden", "Respondenten", "Status", "Passender", "Sneller", "Betaalbaarder"),
    ("Toegang", "Een aanspreekpunt", "Inwoners vertellen hun verhaal één keer.", "1-1-2023", "31-12-2025",
     "420.000,00", "398.250,50", "640", "inwoners", "7,8", "84", "212", "Afgerond", "ja", "ja", "deels"),
    ("Toegang", "Huisarts en wijkteam", "De huisarts en het wijkteam overleggen elke week.", "1-9-2023", "",
     "260.000,00", "171.900,00", "185", "inwoners", "7,4", "79", "64", "Loopt", "ja", "deels", "onbekend"),
    ("Vernieuwing", "Respijt om de hoek", "Mantelzorgers krijgen een vrije dag.", "1-3-2024", "",
     "150.000,00", "88.400,25", "72", "huishoudens", "8,6", "97", "41", "Loopt", "ja", "ja", "ja"),
    ("Vernieuwing", "Logeerplek jongeren", "Jongeren logeren in plaats van verblijf.", "1-6-2024", "",
     "310.000,00", "120.000,00", "7", "jongeren", "8,1", "100", "6", "Loopt", "ja", "deels", "nee"),
    ("Vernieuwing", "Recept voor welzijn", "De huisarts verwijst naar activiteiten.", "1-1-2025", "",
     "", "35.750,00", "58", "inwoners", "", "", "", "Loopt", "deels", "ja", "onbekend"),
    ("Basis", "Buurtcoach op school", "Elke basisschool heeft een buurtcoach.", "1-8-2023", "31-7-2025",
     "540.000,00", "551.300,00", "22", "scholen", "7,1", "68", "95", "Afgerond", "deels", "nee", "deels"),
    ("Basis", "Samen eten", "Minder eenzaamheid in de buurt.", "1-1-2026", "", "80.000,00", "0,00", "", "", "",
     "", "", "Gepland", "", "", ""),
)  # fmt: skip


def projects() -> bytes:
    """The list of projects as a policy adviser keeps it: semicolons, UTF-8 with BOM, Dutch numbers."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(PROJECT_ROWS)
    return text.getvalue().encode("utf-8-sig")


def main() -> None:
    """Write all deliveries."""
    for folder in (SIGNALS, FINANCE, PROJECTS):
        folder.mkdir(parents=True, exist_ok=True)
    (SIGNALS / "klachten-en-bezwaren.csv").write_bytes(complaints())
    (SIGNALS / "wachtlijst.csv").write_bytes(waiting())
    amounts(FINANCE / "jaarrekening.xlsx")
    (PROJECTS / "projecten.csv").write_bytes(projects())


if __name__ == "__main__":
    main()
