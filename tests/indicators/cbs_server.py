"""A local server that answers as CBS StatLine does: OData 4 (long, by Measure) and OData 3 (wide), in pages."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

FOLDER = Path(__file__).parent / "cbs"
PAGE = 4  # rows per page; CBS gives 10,000 (v3) or 100,000 (v4)
Rows = list[dict[str, Any]]


@dataclass
class Cbs:
    """What the server was asked, and how it should misbehave: answers to give before the real ones."""

    address: str = ""
    asked: list[str] = field(default_factory=list)
    trouble: list[int | str] = field(default_factory=list)
    slow: float = 0.0
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)


def holds(row: dict[str, Any], clause: str) -> bool:
    """Whether a row passes a filter of `eq` and `startswith`, joined by or within brackets and and between."""
    for part in clause.split(" and "):
        found = False
        for one in part.strip("()" if "startswith" not in part else " ").split(" or "):
            if match := re.fullmatch(r"\(?(\w+) eq '(.*)'\)?", one):
                found |= row.get(match[1]) == match[2]
            elif match := re.fullmatch(r"startswith\((\w+),'(.*)'\)", one):
                found |= str(row[match[1]]).startswith(match[2])
            else:
                raise AssertionError(one)
        if not found:
            return False
    return True


def answer(cbs: Cbs, path: str, query: dict[str, list[str]]) -> tuple[int, dict[str, Any]]:
    version, table, part = path.strip("/").split("/")
    data = cbs.tables.get(f"{version}/{table}", {})
    if part not in data:
        return 404, {"error": {"code": "", "message": "Not found"}}
    found = data[part]
    if isinstance(found, dict):
        return 200, {"@odata.context": f"{cbs.address}/$metadata", **found}
    if clause := query.get("$filter", [""])[0]:
        found = [row for row in found if holds(row, clause)]
    if chosen := query.get("$select", [""])[0]:
        found = [{name: row[name] for name in chosen.split(",")} for row in found]
    skip = int(query.get("$skip", ["0"])[0])
    body: dict[str, Any] = {"value": found[skip : skip + PAGE]}
    if skip + PAGE < len(found):
        rest = {**{name: values[0] for name, values in query.items()}, "$skip": str(skip + PAGE)}
        link = f"{cbs.address}{path}?" + "&".join(f"{name}={quote(value)}" for name, value in rest.items())
        body["@odata.nextLink" if version == "v4" else "odata.nextLink"] = link
    return 200, body


@contextmanager
def serve(tables: dict[str, dict[str, Any]]) -> Iterator[Cbs]:
    """The server on a free port of this machine, until the block ends."""
    cbs = Cbs(tables=tables)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            cbs.asked.append(self.path)
            time.sleep(cbs.slow)
            split = urlsplit(self.path)
            status, body = answer(cbs, split.path, parse_qs(split.query))
            text = json.dumps(body)
            if cbs.trouble:
                wrong = cbs.trouble.pop(0)
                status, text = (
                    (200, wrong) if isinstance(wrong, str) else (wrong, '{"error": {"message": "fout"}}')
                )
            try:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(text.encode())
            except OSError:
                return  # the asker gave up

        def log_message(self, *words: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    cbs.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield cbs
    finally:
        server.shutdown()
        server.server_close()


def tables() -> dict[str, dict[str, Any]]:
    """84799NED as version 3 has it (real figures), and a fictional table of version 4 with margins."""
    real = json.loads((FOLDER / "84799NED.json").read_text(encoding="utf-8"))
    areas = {"NL01  ": "Nederland", "GM0505": "Dordrecht", "GM0599": "Rotterdam"}
    periods = {
        "2020JJ00": "2020",
        "2022JJ00": "2022",
        "2022KW01": "2022 1e kwartaal",
        "2022MM03": "2022 maart",
    }
    ages = {"20300   ": "18 jaar of ouder", "80200   ": "65 jaar of ouder"}
    margins = {
        "MW00000": "Waarde",
        "MOG0095": "Ondergrens 95%-interval",
        "MBG0095": "Bovengrens 95%-interval",
    }
    measures = {"M005002": ("Ernstig eenzaam", 11.0), "M005003": ("Mantelzorger", 14.25)}
    rows: Rows = []
    for code, (_, base) in measures.items():
        for place, area in enumerate(areas):
            for step, period in enumerate(periods):
                for old, age in enumerate(ages):
                    for margin, shift in zip(margins, (0.0, -1.5, 1.5), strict=True):
                        secret = area == "GM0599"
                        value = None if secret else base + place + 2 * step + 10 * old + shift
                        rows.append({
                            "Id": len(rows), "Measure": code, "ValueAttribute": "Confidential" if secret else "None",
                            "Value": value, "StringValue": None, "Leeftijd": age, "Marges": margin,
                            "RegioS": area, "Perioden": period,
                        })  # fmt: skip

    def listed(names: dict[str, str]) -> Rows:
        return [
            {"Identifier": code, "Index": at, "Title": title}
            for at, (code, title) in enumerate(names.items())
        ]

    v4: dict[str, Any] = {
        "Properties": {"Identifier": "00001NED", "Title": "Gezondheidsmonitor; regio (verzonnen)",
                       "Modified": "2024-02-20T02:00:00+01:00"},
        "Dimensions": [
            {"Identifier": "Leeftijd", "Title": "Leeftijd", "Kind": "Dimension"},
            {"Identifier": "Marges", "Title": "Marges", "Kind": "Dimension"},
            {"Identifier": "RegioS", "Title": "Regio's", "Kind": "GeoDimension"},
            {"Identifier": "Perioden", "Title": "Perioden", "Kind": "TimeDimension"},
        ],
        "MeasureCodes": [{"Identifier": code, "Title": title, "Unit": "%", "Decimals": 1}
                         for code, (title, _) in measures.items()],
        "LeeftijdCodes": listed(ages), "MargesCodes": listed(margins), "RegioSCodes": listed(areas),
        "PeriodenCodes": listed(periods), "Observations": rows,
    }  # fmt: skip
    return {"v3/84799NED": real, "v4/00001NED": v4}
