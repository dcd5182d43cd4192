"""Ask CBS StatLine over OData: version 4, and version 3 for tables that only stand there."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from toolkit.errors import ToolkitError, closest

_MOST_PAGES = 1000
_AREAS_AT_ONCE = 15  # longer addresses than this makes are refused by some proxies


class UnreachableError(ToolkitError):
    """CBS gave no usable answer: no network, a timeout, a fault on their side, or something in between."""


class NotFoundError(ToolkitError):
    """CBS has no table or part of this name."""


@dataclass(frozen=True)
class Server:
    """Where CBS answers, how many seconds to wait for it, and how often to try (pause doubles each time)."""

    v4: str = "https://datasets.cbs.nl/odata/v1/CBS"
    v3: str = "https://opendata.cbs.nl/ODataFeed/odata"
    timeout: float = 30.0
    attempts: int = 3
    pause: float = 1.0


@dataclass(frozen=True)
class Measure:
    """A measure of a table: code, title and unit as CBS writes them."""

    code: str
    title: str
    unit: str


@dataclass(frozen=True)
class Table:
    """What CBS says about a table; geo, period and others are names of dimensions ("" when there is none)."""

    id: str
    title: str
    version: int
    modified: str
    geo: str
    period: str
    others: tuple[str, ...]
    measures: tuple[Measure, ...] = field(repr=False)


def get(server: Server, address: str, query: Mapping[str, str] | None = None) -> dict[str, Any]:
    """One answer of CBS as JSON.

    Tries again after a timeout, a lost connection or a fault of the server (5xx, 429).

    Raises NotFoundError for a 404, ToolkitError when CBS refuses the question, UnreachableError otherwise.
    """
    import requests

    reason = ""
    for attempt in range(server.attempts):
        if attempt:
            time.sleep(server.pause * 2 ** (attempt - 1))
        try:
            answer = requests.get(
                address,
                params=dict(query or {}),
                timeout=server.timeout,
                headers={"Accept": "application/json"},
            )
        except requests.Timeout:
            reason = f"het CBS antwoordt niet binnen {server.timeout:g} seconden".replace(".", ",")
            continue
        except requests.RequestException:
            reason = "er is geen verbinding met het CBS"
            continue
        if answer.status_code == 404:
            raise NotFoundError("Het CBS kent deze tabel of dit onderdeel niet.")
        if answer.status_code >= 500 or answer.status_code == 429:
            reason = f"het CBS heeft een storing (fout {answer.status_code})"
            continue
        if answer.status_code >= 400:
            raise ToolkitError(f"Het CBS weigert de vraag (fout {answer.status_code}).", _told(answer))
        try:
            found = answer.json()
        except ValueError:
            found = None
        if isinstance(found, dict):
            return found
        raise UnreachableError(
            "het antwoord komt niet van het CBS (misschien een inlogpagina van het netwerk)"
        )
    raise UnreachableError(reason)


def _told(answer: Any) -> str:
    """What CBS says is wrong, cut short."""
    try:
        error = answer.json().get("error") or answer.json().get("odata.error") or {}
        message = error.get("message", "")
        text = message.get("value", "") if isinstance(message, dict) else str(message)
    except (ValueError, AttributeError):
        text = ""
    return f"Het CBS zegt: {text:.200}" if text else "Controleer de tabel, gebieden en perioden."


def rows(server: Server, address: str, query: Mapping[str, str] | None = None) -> Iterator[dict[str, Any]]:
    """All rows of an answer, page after page.

    Raises UnreachableError when a page is no list, or a next page would be on another server or comes back.
    """
    seen: set[str] = set()
    while True:
        page = get(server, address, query)
        if not isinstance(page.get("value"), list):
            raise UnreachableError("het antwoord heeft niet de vorm die het CBS gebruikt")
        yield from page["value"]
        link = page.get("@odata.nextLink") or page.get("odata.nextLink")
        if not link:
            return
        following = urljoin(address, str(link))
        if (
            urlsplit(following).netloc != urlsplit(address).netloc
            or following in seen
            or len(seen) > _MOST_PAGES
        ):
            raise UnreachableError("de volgende bladzijde van het antwoord klopt niet")
        seen.add(following)
        address, query = following, None  # the link holds the whole question


def read_table(server: Server, table: str) -> Table:
    """Title, dimensions and measures of a table; version 3 is asked when version 4 does not have it.

    Raises NotFoundError when neither has it.
    """
    try:
        return _table4(server, table)
    except NotFoundError:
        try:
            return _table3(server, table)
        except NotFoundError:
            raise NotFoundError(
                f"Het CBS heeft geen tabel {table}.",
                "Zoek het nummer van de tabel op in StatLine, zoals 84799NED.",
            ) from None


def _table4(server: Server, table: str) -> Table:
    root = f"{server.v4}/{table}"
    about = get(server, f"{root}/Properties")
    kinds = {str(one["Identifier"]): str(one.get("Kind", "")) for one in rows(server, f"{root}/Dimensions")}
    measures = tuple(
        Measure(str(one["Identifier"]), _plain(one.get("Title")), _plain(one.get("Unit")))
        for one in rows(server, f"{root}/MeasureCodes")
    )
    return _described(table, 4, _plain(about.get("Title")), str(about.get("Modified") or ""), kinds, measures)


def _table3(server: Server, table: str) -> Table:
    root = f"{server.v3}/{table}"
    about = next(rows(server, f"{root}/TableInfos", {"$format": "json"}), {})
    kinds, measures = {}, []
    for one in rows(server, f"{root}/DataProperties", {"$format": "json"}):
        kind = str(one.get("Type", ""))
        if kind == "Topic":
            measures.append(Measure(str(one["Key"]), _plain(one.get("Title")), _plain(one.get("Unit"))))
        elif kind != "TopicGroup":
            kinds[str(one["Key"])] = kind
    modified = str(about.get("Modified") or "")
    return _described(table, 3, _plain(about.get("Title")), modified, kinds, tuple(measures))


def _described(
    table: str,
    version: int,
    title: str,
    modified: str,
    kinds: Mapping[str, str],
    measures: tuple[Measure, ...],
) -> Table:
    geo = next((name for name, kind in kinds.items() if kind.startswith("Geo")), "")
    period = next((name for name, kind in kinds.items() if kind.startswith("Time")), "")
    others = tuple(name for name in kinds if name not in (geo, period))
    return Table(table, title, version, modified[:10], geo, period, others, measures)


def codes(
    server: Server, table: Table, dimension: str, starts: Sequence[str] = ()
) -> dict[str, tuple[str, str]]:
    """Codes of a dimension without padding: code -> (code as CBS pads it, title).

    With `starts` only codes that begin so: a table of wijken has thousands.
    """
    key = "Identifier" if table.version == 4 else "Key"
    address = (
        f"{server.v4}/{table.id}/{dimension}Codes"
        if table.version == 4
        else f"{server.v3}/{table.id}/{dimension}"
    )
    found: dict[str, tuple[str, str]] = {}
    for part in _parts(starts):
        query = {} if table.version == 4 else {"$format": "json"}
        if part:
            query["$filter"] = " or ".join(f"startswith({key},'{quoted(one)}')" for one in part)
        for row in rows(server, address, query):
            found[str(row[key]).strip()] = (str(row[key]), _plain(row.get("Title")))
    return found


def observations(
    server: Server, table: Table, measures: Sequence[str], chosen: Mapping[str, Sequence[str]]
) -> list[dict[str, Any]]:
    """The values of measures: per value measure, value (None when CBS shows none) and every dimension.

    `chosen` gives per dimension the codes as CBS pads them; codes in the answer are without padding.
    """
    found: list[dict[str, Any]] = []
    for part in _parts(chosen.get(table.geo, ())):
        wanted = {**chosen, table.geo: part} if table.geo else dict(chosen)
        found += _observations(server, table, measures, {name: list(one) for name, one in wanted.items()})
    return found


def _observations(
    server: Server, table: Table, measures: Sequence[str], chosen: Mapping[str, Sequence[str]]
) -> Iterator[dict[str, Any]]:
    clauses = [
        "(" + " or ".join(f"{name} eq '{quoted(code)}'" for code in wanted) + ")"
        for name, wanted in chosen.items()
    ]
    if table.version == 4:
        clauses.insert(0, "(" + " or ".join(f"Measure eq '{quoted(code)}'" for code in measures) + ")")
        address = f"{server.v4}/{table.id}/Observations"
        for row in rows(server, address, {"$filter": " and ".join(clauses)}):
            yield {
                "measure": str(row["Measure"]),
                "value": row.get("Value"),
                **{name: str(row.get(name) or "").strip() for name in chosen},
            }
        return
    query = {"$format": "json", "$filter": " and ".join(clauses), "$select": ",".join([*chosen, *measures])}
    for row in rows(server, f"{server.v3}/{table.id}/TypedDataSet", query):
        where = {name: str(row.get(name) or "").strip() for name in chosen}
        for code in measures:
            yield {"measure": code, "value": row.get(code), **where}


def find_measure(table: Table, wanted: str) -> Measure:
    """The measure with this code, or else the only one with this title.

    Raises ToolkitError with the closest title, or with the codes when more have it.
    """
    for measure in table.measures:
        if measure.code == wanted:
            return measure
    named = [one for one in table.measures if one.title.casefold() == wanted.casefold()]
    if len(named) == 1:
        return named[0]
    if named:
        hint = f"Kies een code: {', '.join(one.code for one in named)}."
        raise ToolkitError(f"Tabel {table.id} heeft meer dan één cijfer met de naam '{wanted:.80}'.", hint)
    known = [name for one in table.measures for name in (one.code, one.title)]
    some = ", ".join(f"{one.code} ({one.title})" for one in table.measures[:8])
    hint = closest(wanted, known) or f"De tabel heeft onder andere: {some}."
    raise ToolkitError(f"Tabel {table.id} heeft geen cijfer '{wanted:.80}'.", hint)


def quoted(text: str) -> str:
    """A text as it stands between quotes in a question."""
    return text.replace("'", "''")


def _parts(codes: Sequence[str]) -> list[Sequence[str]]:
    """The codes in portions of one question; one empty portion when there are none."""
    return [codes[at : at + _AREAS_AT_ONCE] for at in range(0, len(codes), _AREAS_AT_ONCE)] or [()]


def _plain(text: object) -> str:
    return " ".join(str(text or "").split())
