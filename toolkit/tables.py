"""The contracts: which columns each table between two stages has, and the check at a boundary.

Column names of these tables are English; columns of files that users read or deliver are Dutch.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from toolkit.errors import ContractError

Kind = Literal["text", "number", "integer", "date", "any"]

SOURCES = ("enquete", "registratie", "verhalen", "indicator", "financien", "signalen")
STATUSES = (
    "ok",
    "indicatief",  # an automatic label that nobody validated on this corpus
    "onnauwkeurig",  # may be shown, with its interval
    "niet-publiceerbaar",  # too few observations or too wide an interval
    "onderdrukt",  # hidden by disclosure control
    "onbekend",  # not measured (yet)
    "kwalitatief",  # described in words, no number
)


@dataclass(frozen=True)
class Column:
    """One column of a contract: its name, kind, and whether cells may be empty."""

    name: str
    kind: Kind = "text"
    empty: bool = False
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Contract:
    """The columns that a table has, its key, and whether it may have more columns."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    more: bool = False

    @property
    def names(self) -> list[str]:
        """The column names, in order."""
        return [column.name for column in self.columns]


RESPONDENTS = Contract(
    "Respondents",
    (
        Column("respondent"),
        Column("survey"),
        Column("partner", empty=True),
        Column("area", empty=True),
        Column("submitted", "date", empty=True),
        Column("weight", "number"),
    ),
    key=("survey", "respondent"),
    more=True,
)
TRAJECTORIES = Contract(
    "Trajectories",
    (
        Column("client"),
        Column("partner"),
        Column("voorziening", empty=True),
        Column("area", empty=True),
        Column("signup", "date", empty=True),
        Column("start", "date", empty=True),
        Column("end", "date", empty=True),
        Column("end_code", empty=True),
        Column("goals_set", "number", empty=True),
        Column("goals_met", "number", empty=True),
    ),
    key=(),
    more=True,
)
# What a registration may tell besides; a table of trajectories has those columns that partners deliver.
TRAJECTORY_DETAILS = (
    Column("contact", "date", empty=True),  # the last contact with the client
    Column("question", empty=True),  # what the client came for
    Column("profile", empty=True),  # the kind of client, in classes of the registration
    Column("referrer", empty=True),
    Column("referred_to", empty=True),
    Column("bridging", empty=True, allowed=("ja", "nee", "")),  # temporary care while waiting
    Column("missing_offer", empty=True),  # help that was needed and not to be had
    Column("problems_before", "number", empty=True),
    Column("problems_after", "number", empty=True),
    Column("selfreliance_before", "number", empty=True),
    Column("selfreliance_after", "number", empty=True),
)
STORIES = Contract(
    "Stories",
    (
        Column("story"),
        Column("respondent", empty=True),
        Column("role", allowed=("inwoner", "professional")),
        Column("partner", empty=True),
        Column("voorziening", empty=True),
        Column("area", empty=True),
        Column("date", "date", empty=True),
        Column("language"),
        Column("title", empty=True),
        Column("text", empty=True),
        Column("quote_consent", "any"),
    ),
    key=("story",),
    more=True,
)
LABELS = Contract(
    "Labels",
    (
        Column("story"),
        Column("sentence", "integer"),
        Column("kind", allowed=("theme", "topic", "sentiment", "aspect", "code", "feeling")),
        Column("label", empty=True),
        Column("score", "number", empty=True),
        Column("model"),
    ),
    key=("story", "sentence", "kind", "label", "model"),
)
MEASURES = Contract(
    "Measures",
    (
        Column("source", allowed=SOURCES),
        Column("dataset"),
        Column("measure"),
        Column("unit", empty=True),
        Column("area"),
        Column("period"),
        Column("group", empty=True),
        Column("value", "number", empty=True),
        Column("low", "number", empty=True),
        Column("high", "number", empty=True),
        Column("n", "number", empty=True),
        Column("n_eff", "number", empty=True),
        Column("status"),
    ),
    key=("source", "dataset", "measure", "unit", "area", "period", "group"),
)

# What is said about each measure in the annex of a report; a file of users, so in Dutch.
DEFINED = Contract(
    "Definities",
    (
        Column("maat"),
        Column("naam"),
        Column("vraag"),
        Column("teller"),
        Column("noemer", empty=True),
        Column("uitgesloten", empty=True),
        Column("eenheid", empty=True),
        Column("richting", empty=True, allowed=("meer", "minder", "")),  # the joint display reads it
        Column("bron"),
        Column("versie", empty=True),
    ),
    key=("maat",),
)
DEFINITIONS = tuple(DEFINED.names)

_DTYPES = {"text": str, "number": float, "integer": int, "date": "datetime64[ns]", "any": None}


def check(frame: pd.DataFrame, contract: Contract) -> pd.DataFrame:
    """A copy of `frame` with the contract's columns first and in their kinds.

    Empty text cells become "", empty numbers NaN, empty dates NaT. A status of a Measure is one
    of STATUSES, with a reason after ": " where one is given ("onderdrukt: n < 10").

    Raises ContractError that lists every breach at once.
    """
    frame = frame.copy()
    for column in contract.columns:
        if column.name in frame and column.kind == "text":
            cells = frame[column.name]
            # what is text already need not become millions of objects first
            plain = cells if isinstance(cells.dtype, pd.StringDtype) else cells.astype("object")
            frame[column.name] = plain.fillna("").astype(str)
        elif column.name in frame and column.kind == "date":
            frame[column.name] = pd.to_datetime(frame[column.name]).astype("datetime64[ns]")
    sound = _sound(frame, contract)
    checked = _validated(frame, contract) if sound is None else sound
    rest = [name for name in checked.columns if name not in contract.names]
    return checked[contract.names + rest].reset_index(drop=True)


def _sound(frame: pd.DataFrame, contract: Contract) -> pd.DataFrame | None:
    """The table in its kinds when it keeps the contract, or None when pandera must look.

    Nearly every table does, and pandera takes a second to load that `tev check` need not pay.
    """
    names = set(frame.columns)
    if not names.issuperset(contract.names) or not frame.columns.is_unique:
        return None
    if not contract.more and len(names) > len(contract.columns):
        return None
    frame = frame.copy()
    for column in contract.columns:
        cells = frame[column.name]
        if column.kind == "number":
            try:
                cells = frame[column.name] = cells.astype(float)
            except (TypeError, ValueError):
                return None
        wrong = column.kind == "integer" and cells.dtype != "int64"
        wrong |= not column.empty and column.kind != "any" and bool(cells.isna().any())
        wrong |= not column.empty and column.kind == "text" and bool((cells == "").any())
        wrong |= bool(column.allowed) and not bool(cells.isin(column.allowed).all())
        wrong |= column.name == "status" and not bool(cells.str.split(":").str[0].isin(STATUSES).all())
        if wrong:
            return None
    return None if contract.key and frame.duplicated([*contract.key]).any() else frame


def _validated(frame: pd.DataFrame, contract: Contract) -> pd.DataFrame:
    """The table as pandera reads it; raises ContractError with every breach."""
    import pandera.pandas as pa

    columns = {}
    for column in contract.columns:
        checks = [pa.Check.isin(column.allowed)] if column.allowed else []
        if column.kind == "text" and not column.empty:
            checks.append(pa.Check(lambda s: s != "", error="leeg"))
        if column.name == "status":
            checks.append(pa.Check(lambda s: s.str.split(":").str[0].isin(STATUSES), error="status"))
        columns[column.name] = pa.Column(
            _DTYPES[column.kind], checks, nullable=column.empty or column.kind == "any", coerce=True
        )
    schema = pa.DataFrameSchema(
        columns, strict=not contract.more, unique=list(contract.key) or None, ordered=False
    )
    try:
        checked: pd.DataFrame = schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as error:
        cases = error.failure_cases[["column", "check", "failure_case"]].drop_duplicates().head(20)
        lines = [f"- {row.column}: {row.check} ({row.failure_case!r:.60})" for row in cases.itertuples()]
        raise ContractError(f"Tabel {contract.name} klopt niet:\n" + "\n".join(lines)) from error
    return checked


def measures(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Rows of dicts as a checked Measures table; keys that a row lacks become empty.

    Units: shares are in percent (0-100), grades 1-10, waiting times in days, polarity -1 to 1.
    `status` is "ok" unless given.
    """
    blank = {column.name: float("nan") if column.kind == "number" else "" for column in MEASURES.columns}
    frame = pd.DataFrame([{**blank, **row} for row in rows], columns=MEASURES.names)
    frame["status"] = frame["status"].replace("", "ok").fillna("ok")
    return check(frame, MEASURES)


def empty(contract: Contract) -> pd.DataFrame:
    """A table of this contract without rows."""
    return check(pd.DataFrame({name: [] for name in contract.names}), contract)
