"""A LimeSurvey over real HTTP: it replays what a real one answered, slices real exports, and fails as one does.

What was recorded is in `opnamen/`. Publishing was not: those answers follow LimeSurvey's own documentation.
"""

from __future__ import annotations

import base64
import json
import socket
import threading
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "opnamen"
RPC = json.loads((FOLDER / "rpc.json").read_text(encoding="utf-8"))
USER, PASSWORD = "beheerder", "Geheim-wachtwoord-93!"
Row = dict[str, Any]


def recorded(name: str) -> Any:
    """The result or status that the real server gave."""
    return RPC[name]["body"]["result"]


def recorded_rows(version: str = "") -> dict[int, Row]:
    export = json.loads((FOLDER / version / "json_code_short.json").read_text(encoding="utf-8"))
    return {int(row["id"]): row for row in export["responses"]}


@dataclass
class Survey:
    """One survey: its field map (field name -> column), rows by id, and what its owner set."""

    fields: dict[str, dict[str, Any]]
    rows: Callable[[], dict[int, Row]] = field(default_factory=lambda: dict)
    active: str = "Y"
    questions: list[dict[str, Any]] = field(default_factory=list)
    people: list[dict[str, str]] | None = None


def column(info: dict[str, Any]) -> str:
    """The column of a field in an export with codes as headings."""
    if not info.get("qid"):
        return str(info["fieldname"])
    name, part = str(info["title"]), str(info.get("aid") or "")
    scale = f"[{info['scale_id'] + 1}]" if "scale_id" in info else ""
    return f"{name}[{part}]{scale}" if part else name


@dataclass
class Lime:
    """The state of the server; `faults` are the next failures, in order; `asked` is every call it got."""

    surveys: dict[int, Survey]
    faults: list[str] = field(default_factory=list)
    asked: list[tuple[str, list[Any]]] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    wrong: int = 0
    logins: int = 0
    rights: str = "alles"
    too_many: int = 10**9
    url: str = ""
    handed: set[str] = field(default_factory=set)
    bodies: list[str] = field(default_factory=list)
    pause: float = 0.0  # seconds before each answer

    def methods(self) -> list[str]:
        return [method for method, _ in self.asked]

    # --- The methods of RemoteControl -----------------------------------------------------------------

    def get_session_key(self, user: str, password: str, plugin: str = "Authdb") -> Any:
        self.logins += 1
        if self.wrong >= 3:
            return recorded("get_session_key__fout_4")
        if (user, password) != (USER, PASSWORD):
            self.wrong += 1
            return recorded("get_session_key__fout_1")
        key = f"sleutel{self.logins:020}"
        self.keys.add(key)
        self.handed.add(key)
        return key

    def release_session_key(self, key: str) -> Any:
        self.keys.discard(key)
        return recorded("release_session_key__ok")

    def get_fieldmap(self, number: int, *_: Any) -> Any:
        return recorded("get_fieldmap__smal") if self.rights == "smal" else self.surveys[number].fields

    def get_survey_properties(self, number: int, _: Any = None) -> Any:
        if number not in self.surveys:
            return recorded("get_survey_properties__onbekende_survey")
        return {
            **recorded("get_survey_properties__all"),
            "sid": number,
            "active": self.surveys[number].active,
        }

    def get_summary(self, number: int, *_: Any) -> Any:
        survey = self.surveys[number]
        if survey.active == "N":
            return recorded("get_summary__niet_actief")
        done = sum(row["submitdate"] is not None for row in survey.rows().values())
        counts = {"completed_responses": done, "incomplete_responses": len(survey.rows()) - done}
        counts["full_responses"] = len(survey.rows())
        return counts | ({} if survey.people is None else {"token_count": len(survey.people)})

    def export_responses(
        self, number: int, form: str, _language: Any = None, _completion: Any = "all", _heading: str = "code",
        _response: str = "short", first: int | None = None, last: int | None = None, fields: Any = None, *_: Any,
    ) -> Any:  # fmt: skip
        survey = self.surveys[number]
        if survey.active == "N":
            return recorded("export_responses__niet_actief")
        rows = survey.rows()
        if not rows:
            return recorded("export_responses__actief_leeg")
        chosen = [rows[one] for one in range(first or 1, min(last or 10**9, max(rows)) + 1) if one in rows]
        if len(chosen) > self.too_many:
            raise MemoryError
        columns = [column(one) for one in survey.fields.values()]
        if fields is not None:
            columns = [column(survey.fields[one]) if one in survey.fields else one for one in fields]
        assert form == "json" and set(columns) >= {"id"}
        body = {"responses": [{name: row.get(name) for name in columns} for row in chosen]}
        return base64.b64encode(json.dumps(body).encode()).decode()

    def list_questions(self, number: int, *_: Any) -> Any:
        return self.surveys[number].questions

    def import_survey(self, content: str, form: str, *_: Any) -> Any:
        assert form == "lss"
        number = 700000 + len(self.surveys)
        self.surveys[number] = imported(base64.b64decode(content).decode("utf-8"), number)
        return number

    def activate_survey(self, number: int, *_: Any) -> Any:
        self.surveys[number].active = "Y"
        return {"status": "OK", "pluginFeedback": None}

    def delete_survey(self, number: int) -> Any:
        del self.surveys[number]
        return {"status": "OK"}

    def activate_tokens(self, number: int, _attributes: list[int]) -> Any:
        if self.surveys[number].people is not None:
            return {"status": "Survey participants table could not be created"}
        self.surveys[number].people = []
        return {"status": "OK"}

    def add_participants(self, number: int, people: list[dict[str, str]], _token: bool = True) -> Any:
        there = self.surveys[number].people
        assert there is not None
        result = []
        for person in people:
            if "@" not in person.get("email", "@"):
                result.append({**person, "errors": {"email": ["wrong"]}})
                continue
            there.append(person)
            result.append({**person, "tid": str(len(there)), "token": f"tok{len(there)}"})
        return result

    def answer(self, method: str, params: list[Any]) -> Any:
        self.asked.append((method, params))
        if method == "get_session_key":
            return self.get_session_key(*params)
        key, *rest = params
        if method != "release_session_key" and key not in self.keys:
            return recorded("export_responses__verlopen_sleutel")
        return getattr(self, method)(*(params if method == "release_session_key" else rest))


def imported(lss: str, number: int) -> Survey:
    """What LimeSurvey makes of an .lss file: a field per question or subquestion, the other texts too."""
    root = ET.fromstring(lss)
    rows = {
        table.tag: [{cell.tag: cell.text or "" for cell in row} for row in table.iterfind("rows/row")]
        for table in root
    }
    fields = {name: {"fieldname": name} for name in ("id", "submitdate", "lastpage", "startlanguage", "seed")}
    if rows["surveys"][0]["datestamp"] == "Y":
        fields |= {name: {"fieldname": name} for name in ("startdate", "datestamp")}
    if rows["surveys"][0]["anonymized"] == "N":
        fields["token"] = {"fieldname": "token"}
    questions = []
    for question in rows["questions"]:
        base = {
            "title": question["title"],
            "qid": int(question["qid"]),
            "gid": int(question["gid"]),
            "type": question["type"],
        }
        prefix = f"{number}X{question['gid']}X{question['qid']}"
        questions.append({**base, "parent_qid": 0})
        subs = [one["title"] for one in rows.get("subquestions", []) if one["parent_qid"] == question["qid"]]
        if question["type"] in "LYN!DST" and not subs:
            fields[prefix] = {"fieldname": prefix, **base, "aid": ""}
        for sub in subs:
            questions.insert(0, {**base, "title": sub, "parent_qid": base["qid"]})
            fields[f"{prefix}{sub}"] = {"fieldname": f"{prefix}{sub}", **base, "aid": sub}
        if question["other"] == "Y":
            fields[f"{prefix}other"] = {"fieldname": f"{prefix}other", **base, "aid": "other"}
    return Survey(fields, active="N", questions=questions)


class Handler(BaseHTTPRequestHandler):
    lime: Lime

    def log_message(self, *_: Any) -> None:
        pass

    def do_POST(self) -> None:
        lime = self.lime
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        lime.bodies.append(body)
        asked = json.loads(body)
        time.sleep(lime.pause)
        fault = lime.faults.pop(0) if lime.faults else ""
        if fault == "sleutel-verlopen":
            lime.keys.clear()
        elif fault == "500":
            return self._send(500, RPC["list_surveys__no_params"]["body"].encode(), "text/html")
        elif fault == "leeg":
            return self._send(200, b"")
        elif fault == "verbroken":
            self.connection.shutdown(socket.SHUT_RDWR)
            return None
        elif fault == "omleiding":
            self.send_response(302)
            self.send_header("location", "https://elders.example/index.php?geheim=1")
            self.end_headers()
            return None
        elif fault == "html":
            return self._send(200, b"<html>Onderhoud</html>", "text/html")
        elif fault == "lang":
            time.sleep(1.2)
        try:
            result = lime.answer(asked["method"], asked["params"])
        except MemoryError:
            return self._send(500, RPC["list_surveys__no_params"]["body"].encode(), "text/html")
        content = json.dumps({"id": asked["id"], "result": result, "error": None}).encode()
        if fault == "na-afloop-verbroken":
            self.connection.shutdown(socket.SHUT_RDWR)
            return None
        if fault == "half":
            return self._send(200, content[: len(content) // 2])
        if fault == "half-export" and isinstance(result, str):
            whole = json.dumps(
                {"id": asked["id"], "result": str(result)[: len(str(result)) // 8 * 4], "error": None}
            )
            return self._send(200, whole.encode())
        if fault == "kort-van-stof":
            return self._send(200, content[: len(content) // 2], length=len(content))
        if fault == "druppels":
            self.send_response(200)
            self.end_headers()
            for place in range(0, len(content), 8):
                try:
                    self.wfile.write(content[place : place + 8])
                    self.wfile.flush()
                except OSError:
                    return None
                time.sleep(0.05)
            return None
        return self._send(200, content)

    def _send(
        self, status: int, content: bytes, kind: str = "application/json", length: int | None = None
    ) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(content) if length is None else length))
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def serving(lime: Lime) -> Iterator[Lime]:
    """The server on a free port of this machine."""
    handler = type("Bound", (Handler,), {"lime": lime})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    lime.url = f"http://127.0.0.1:{server.server_port}/index.php/admin/remotecontrol"
    try:
        yield lime
    finally:
        server.shutdown()
        server.server_close()


def real_survey(version: str = "") -> Survey:
    """The recorded survey, with its recorded responses (of 6.10.2, or of "v5.6")."""
    rows = recorded_rows(version)
    return Survey(
        recorded("get_fieldmap__nl"), lambda: rows, questions=recorded("list_questions__all"), people=[]
    )
