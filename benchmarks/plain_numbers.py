"""The numbers of the plain script: surveys by svy, registrations by pandas; recoded by hand for these deliveries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

MERGE = {"WK050519": "WK050504", "WK050598": "WK050510"}
LEAST = 30
AGREE = {"A1": 1.0, "A2": 1.0, "A3": 0.0, "A4": 0.0, "A5": 0.0}
YES = {"J": 1.0, "Y": 1.0, "N": 0.0, "D": 0.0}
SCORES = {"A1": 10.0, "A2": 7.5, "A3": 5.0, "A4": 2.5, "A5": 0.0}
# Ours = the column of LimeSurvey, the column of the SAV, and what an answer counts for.
QUESTIONS: dict[str, tuple[str, str, dict[str, float]]] = {
    "contact": ("contact", "V04_CONTACT", YES),
    "optijd": ("optijd", "V06_OPTIJD", YES),
    "tevreden": ("tevreden", "V08_TEVR", AGREE),
    "nut": ("stelling[SQ001]", "V09_A", AGREE),
    "bejegening": ("stelling[SQ002]", "V09_B", AGREE),
    "bereikbaarheid": ("stelling[SQ003]", "V09_C", AGREE),
    "deskundigheid": ("stelling[SQ004]", "V09_D", AGREE),
    "doel": ("doel", "V10_DOEL", AGREE),
    "verder": ("verder", "V11_VERDER", YES),
}
COHESION = 6
UNKNOWN = (
    "contact",
    "optijd",
    "tevreden",
    "nut",
    "bejegening",
    "bereikbaarheid",
    "deskundigheid",
    "doel",
    "verder",
)


def surveys(project: Path) -> dict[str, pd.DataFrame]:
    """Weighted shares, means, a total and a median by wijk, age and gender; and of the professionals."""
    folder = project / "surveys"
    people = residents(folder / "voorbeeld")
    sample = _raked(people, folder / "voorbeeld" / "bevolking.csv")
    questions = [*QUESTIONS, "rapportcijfer", "samenhang", *(f"{name}.weetniet" for name in UNKNOWN)]
    found = [_estimates(sample, question, ["gebied", "leeftijdsgroep", "geslacht"]) for question in questions]
    extra = [
        sample.estimation.total("contact", by=by, drop_nulls=True).to_polars().to_pandas()
        for by in ("gebied", "leeftijdsgroep")
    ]
    extra += [
        sample.estimation.median("rapportcijfer", by=by, drop_nulls=True).to_polars().to_pandas()
        for by in ("gebied", "leeftijdsgroep")
    ]
    differences = [
        _against_rest(sample, question, wijk)
        for question in ("contact", "rapportcijfer", "tevreden", "samenhang")
        for wijk in sorted(people["gebied"].unique())
    ]
    return {
        "enquete": pd.concat(found, ignore_index=True),
        "totalen-en-medianen": pd.concat(extra, ignore_index=True),
        "verschillen": pd.DataFrame(differences),
        "professionals": professionals(folder / "voorbeeld-professionals"),
    }


def residents(folder: Path) -> pd.DataFrame:
    """The respondents of both deliveries with the same names and codes; missing answers are NaN."""
    import pyreadstat

    lime = pd.read_csv(folder / "raw" / "limesurvey-bewoners.csv", sep=";", encoding="utf-8-sig", dtype=str)
    lime = lime[lime["submitdate"].notna()]
    sav, _ = pyreadstat.read_sav(folder / "raw" / "welzijn-drechtoever.sav")
    sav = sav[sav["INGEVULD"].notna()]
    letters = {1: "A1", 2: "A2", 3: "A3", 4: "A4", 5: "A5"}
    yes = {1: "J", 2: "N"}
    first = pd.DataFrame(
        {"gebied": "WK0505" + lime["wijk"].str[1:], "leeftijd": pd.to_numeric(lime["leeftijd"])}
    )
    first["geslacht"] = lime["geslacht"].map({"M": "man", "V": "vrouw", "X": "anders"})
    first["rapportcijfer"] = pd.to_numeric(lime["cijfer"], errors="coerce")
    second = pd.DataFrame({"gebied": sav["V01_WIJK"].map(lambda code: f"WK0505{int(code):02d}")})
    second["leeftijd"] = sav["V02_LFT"].mask(sav["V02_LFT"] == 999)
    second["geslacht"] = sav["V03_GESL"].map({1: "man", 2: "vrouw", 3: "anders"})
    second["rapportcijfer"] = sav["V07_CIJFER"].where(sav["V07_CIJFER"] <= 10)
    for name, (ours, theirs, counts) in QUESTIONS.items():
        given = sav[theirs].map(letters if counts is AGREE else {**yes, 3: "N"} if name == "verder" else yes)
        first[name], second[name] = lime[ours].map(counts), given.map(counts)
        first[f"{name}.weetniet"] = lime[ours].isin(["WN", "NVT"]).astype(float).where(lime[ours].notna())
        second[f"{name}.weetniet"] = sav[theirs].isin([97, 98]).astype(float).where(sav[theirs].notna())
    scores = []
    for item in range(1, COHESION + 1):
        first[f"item{item}"] = lime[f"samenhang[SQ00{item}]"].map(SCORES)
        second[f"item{item}"] = sav[f"V12_{item}"].map(letters).map(SCORES)
        scores.append(f"item{item}")
    people = pd.concat([first, second], ignore_index=True)
    people["gebied"] = people["gebied"].replace(MERGE)
    people["item1"] = 10 - people["item1"]  # the one question that is asked the other way round
    people["samenhang"] = people[scores].mean(axis=1).where(people[scores].notna().sum(axis=1) >= 4)
    bins = [14, 24, 44, 64, 200]
    people["leeftijdsgroep"] = pd.cut(people["leeftijd"], bins, labels=["15-24", "25-44", "45-64", "65+"])
    people["leeftijdsgroep"] = people["leeftijdsgroep"].astype(object)
    return people.drop(columns=[*scores, "leeftijd"])


def professionals(folder: Path) -> pd.DataFrame:
    """Shares and means of the professionals, by function and wijk, unweighted, in a finite population."""
    import polars
    import svy

    raw = pd.read_csv(
        folder / "raw" / "limesurvey-professionals.csv", sep=";", encoding="utf-8-sig", dtype=str
    )
    raw = raw[raw["submitdate"].notna()]
    people = pd.DataFrame({"gebied": raw["wijk"], "functie": raw["functie"], "size": 140.0, "one": 1.0})
    people["rapportcijfer"] = pd.to_numeric(raw["cijfer"], errors="coerce")
    questions = {"tevreden": "tevreden", "optijd": "stelling[SQ001]", "samenwerking": "stelling[SQ002]"}
    for name, column in {**questions, "ruimte": "stelling[SQ003]"}.items():
        people[name] = raw[column].map(AGREE)
    design = svy.Design(wgt="one", pop_size="size")
    sample = svy.Sample(polars.DataFrame(people.to_dict("list"), strict=False), design)
    asked = ["rapportcijfer", *questions, "ruimte"]
    return pd.concat([_estimates(sample, name, ["functie", "gebied"]) for name in asked], ignore_index=True)


def _raked(people: pd.DataFrame, population: Path) -> Any:
    """The sample with weights that fit wijk by age and wijk by gender; who misses either keeps out."""
    import polars
    import svy

    counts = pd.read_csv(population, dtype={"gebied": str})
    counts["gebied"] = counts["gebied"].replace(MERGE)
    known = people[people["leeftijdsgroep"].notna() & people["geslacht"].isin(["man", "vrouw"])].copy()
    whole = counts[counts["leeftijdsgroep"].notna()].groupby("gebied")["aantal"].sum()
    controls: dict[str, Any] = {}
    for name in ("leeftijdsgroep", "geslacht"):
        known[f"cel_{name}"] = known["gebied"] + " " + known[name]
        margin = counts[counts[name].notna()].groupby(["gebied", name], as_index=False)["aantal"].sum()
        margin["cel"] = margin["gebied"] + " " + margin[name]
        margin = margin[margin["cel"].isin(set(known[f"cel_{name}"]))]
        # Both margins must add up to the same residents per wijk, also where nobody of a level answered.
        factor = whole / margin.groupby("gebied")["aantal"].sum()
        numbers = margin["aantal"] * margin["gebied"].map(factor)
        controls[f"cel_{name}"] = dict(zip(margin["cel"], numbers.astype(float), strict=True))
    columns: dict[str, Any] = {
        str(name): [None if pd.isna(value) else value for value in known[name]] for name in known
    }
    columns["start"] = [1.0] * len(known)
    sample = svy.Sample(
        polars.DataFrame(columns, strict=False), svy.Design(wgt="start", stratum="gebied", singleton="center")
    )
    return sample.weighting.rake(controls=controls, on_nonconvergence="warn")


def _estimates(sample: Any, question: str, groups: list[str]) -> pd.DataFrame:
    """The estimate of all together and of every group; those of fewer than LEAST answers stay away."""
    parts = []
    for by in (None, *groups):
        table = sample.estimation.mean(question, by=by, drop_nulls=True).to_polars().to_pandas()
        table["groep"] = table[by].astype(str) if by else ""
        parts.append(table.assign(maat=question, naar=by or ""))
    found: pd.DataFrame = pd.concat(parts, ignore_index=True)
    return found[found["n"].ge(LEAST)]


def _against_rest(sample: Any, question: str, wijk: str) -> dict[str, Any]:
    import polars
    import svy

    side = polars.when(polars.col("gebied") == wijk).then(polars.lit("a")).otherwise(polars.lit("b"))
    name = f"kant_{question}_{wijk}"
    split = svy.Sample(sample.data.with_columns(side.alias(name)), sample.design)
    means: Any = split.estimation.mean(question, by=name, drop_nulls=True)
    row = means.contrast(svy.estd("a") - svy.estd("b")).to_polars().to_dicts()[0]
    return {"maat": question, "gebied": wijk, **row}


def records(project: Path) -> dict[str, pd.DataFrame]:
    """Trajectories of both partners: numbers, waiting, duration, goals and ends by wijk and kind of help."""
    folder = project / "surveys" / "voorbeeld-trajecten" / "raw"
    names = {
        "Cliëntnr": "client", "Soort hulp": "hulp", "Wijk": "gebied", "Aanmelddatum": "aanmelding",
        "Startdatum": "start", "Einddatum": "einde", "Reden einde": "reden", "Doelen gesteld": "gesteld",
        "Doelen behaald": "behaald", "Klant-ID": "client", "Product": "hulp", "Wijkcode": "gebied",
        "Datum aanmelding": "aanmelding", "Datum start": "start", "Datum einde": "einde", "Einde omdat": "reden",
        "Aantal doelen": "gesteld", "Aantal behaald": "behaald",
    }  # fmt: skip
    first = pd.read_csv(folder / "drechtoever-trajecten.csv", sep=";", encoding="cp1252", dtype=str)
    second = pd.read_excel(
        folder / "stichting-kade-trajecten.xlsx",
        sheet_name="Trajecten 2025",
        dtype=str,
        engine="calamine",
        header=3,
    )
    parts = []
    for part, first_day in ((first, True), (second, False)):
        table = part.rename(columns=names)[list(dict.fromkeys(names.values()))].copy()
        for column in ("aanmelding", "start", "einde"):
            table[column] = pd.to_datetime(table[column], dayfirst=first_day, errors="coerce", format="mixed")
        parts.append(table)
    table = pd.concat(parts, ignore_index=True)
    table["gebied"] = table["gebied"].replace(MERGE)
    table[["gesteld", "behaald"]] = table[["gesteld", "behaald"]].apply(pd.to_numeric, errors="coerce")
    table["wacht"] = (table["start"] - table["aanmelding"]).dt.days
    table["duur"] = (table["einde"] - table["start"]).dt.days
    table["op_tijd"] = (table["wacht"] <= 42).astype(float).where(table["wacht"].notna())
    year = table[(table["start"] <= "2025-12-31") & ~(table["einde"] < "2025-01-01")]
    found = {}
    for by in ("gebied", "hulp"):
        grouped = year.groupby(by)
        found[f"trajecten-{by}"] = grouped.agg(
            personen=("client", "nunique"), wacht=("wacht", "median"), op_tijd=("op_tijd", "mean"),
            duur=("duur", "median"), gesteld=("gesteld", "sum"), behaald=("behaald", "sum"),
        ).reset_index()  # fmt: skip
        found[f"einden-{by}"] = pd.crosstab(year[by], year["reden"]).reset_index()
    signals = pd.read_csv(
        project / "surveys" / "voorbeeld-signalen" / "raw" / "klachten-en-bezwaren.csv",
        sep=None,
        engine="python",
    )
    found["signalen"] = signals.groupby(list(signals.columns[:1])).size().rename("aantal").reset_index()
    return found
