"""The whole job on a machine without network, and no module that could use one but those whose purpose it is."""

from __future__ import annotations

import ast
import csv
import socket
import threading
from pathlib import Path

import pytest

from tests.conftest import SMALL
from tests.intake.deliveries import csv_file, rows
from tests.security.offline import ROOT, kinds, without_network

STORIES = ROOT / "corpora" / "voorbeeld" / "raw" / "verhalen-inwoners.csv"
PACKAGE = ROOT / "toolkit"
# What can reach another machine; of urllib only the part that takes addresses apart is harmless.
NETWORK = {
    "aiohttp", "asyncio", "citric", "dask", "distributed", "ftplib", "http", "httpx", "huggingface_hub", "imaplib", "poplib", "requests", "smtplib",
    "socket", "socketserver", "ssl", "telnetlib", "urllib", "urllib3", "webbrowser", "websocket", "xmlrpc",
}  # fmt: skip
# The modules whose purpose is the network (StatLine of the CBS, LimeSurvey, a cluster), and a command that uses it.
MAY = {
    "indicators/odata": "`tev indicators fetch`",
    "limesurvey/client": "`tev survey login`",
    "limesurvey/transport": "`tev survey login`",
    "workers": "`tev run --cluster`",
}


@pytest.fixture
def server() -> int:
    """A real server on this machine that takes connections; its port."""
    listening = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=lambda: listening.accept(), daemon=True).start()
    yield listening.getsockname()[1]
    listening.close()


@pytest.mark.parametrize("kind", kinds())
def test_a_connection_is_really_refused(server: int, kind: str, tmp_path: Path) -> None:
    reach = f"import socket; socket.create_connection(('127.0.0.1', {server}), 5); print('verbonden')"
    raw = f"import socket; socket.socket().connect(('127.0.0.1', {server})); print('verbonden')"
    for code in (reach, raw):
        done = without_network("-c", code, cwd=tmp_path, home=tmp_path, kind=kind)
        assert done.returncode != 0 and ("OSError" in done.stderr or "refused" in done.stderr)
        assert "verbonden" not in done.stdout
    found = without_network(
        "-c",
        "import socket; print(socket.getaddrinfo('example.org', 80))",
        cwd=tmp_path,
        home=tmp_path,
        kind=kind,
    )
    assert found.returncode != 0
    # Without the refusal the same line reaches the server: so it is the refusal that stops it.
    with socket.create_connection(("127.0.0.1", server), 5):
        pass


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small project with twenty-five stories of the example and every text model on."""
    root = tmp_path_factory.mktemp("zonder-netwerk")
    for name, content in SMALL.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    plan = (root / "analyses/klein/plan.toml").read_text(encoding="utf-8")
    plan = plan.replace("= false", "= true") + "[citaten]\nhele_verhalen = true\nvink_nodig = false\n"
    (root / "analyses/klein/plan.toml").write_text(plan, encoding="utf-8")
    with STORIES.open(encoding="utf-8-sig", newline="") as file:
        sample = csv.Sniffer().sniff(file.read(2000), ";,")
        file.seek(0)
        told = list(csv.DictReader(file, dialect=sample))[:25]
    with (root / "corpora/klein/raw/verhalen.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["nr", "wijk", "verhaal", "mag"])
        writer.writerows([row["nr"], "WK050507", row["verhaal"], row["citeren"]] for row in told)
    return root


def test_the_whole_job_without_network(project: Path, tmp_path: Path) -> None:
    delivery = csv_file(tmp_path / "levering.csv", rows(4))
    report = "html,docx,pdf,verkenner"
    steps: list[tuple[object, ...]] = [
        ("check", "klein"),
        ("run", "klein"),
        ("new", "rapport", "klein"),
        ("report", "klein", "--naar", report),
        ("new", "vragenlijst", "bewoners"),
        ("survey", "export", "bewoners"),
        ("intake", "check", delivery, "--soort", "trajecten"),
        ("intake", "receive", delivery, "--bron", "trajecten", "--partner", "Partner A", "--ja"),
        ("intake", "status"),
    ]
    for words in steps:
        done = without_network("-m", "toolkit.cli", *words, cwd=project, home=tmp_path / "thuis")
        assert done.returncode == 0, f"tev {words}: {done.stdout[-800:]} {done.stderr[-800:]}"
    made = {path.suffix for path in (project / "reports/klein/_uitvoer").iterdir()}
    assert {".html", ".docx", ".pdf"} <= made, made
    assert (project / "analyses/klein/output/run.json").exists()


def test_a_command_for_the_network_says_that_there_is_none(tmp_path: Path) -> None:
    """So the refusal reaches the toolkit: this command does need the network."""
    asked = ("--areas", "GM0505", "--periods", "2020", "--measures", "inwoners=AantalInwoners_5")
    words = ("indicators", "fetch", "84799NED", *asked, "--out", "cbs.csv", "--wachten", 1)
    done = without_network("-m", "toolkit.cli", *words, cwd=tmp_path, home=tmp_path / "thuis")
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "CBS" in done.stderr and not (tmp_path / "cbs.csv").exists()


def imported(source: str) -> set[str]:
    """The modules that a source imports, anywhere in it; `urllib.parse` only takes an address apart."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name.split(".")[0] for name in names if not name.startswith("urllib.parse")}


def test_only_the_rooms_of_the_network_can_use_it() -> None:
    found = {
        path.relative_to(PACKAGE).with_suffix("").as_posix(): imported(path.read_text(encoding="utf-8"))
        & NETWORK
        for path in PACKAGE.rglob("*.py")
    }
    assert {name for name, used in found.items() if used} == set(MAY)


def test_the_page_on_security_names_every_command_that_uses_the_network() -> None:
    page = (ROOT / "docs" / "veiligheid.md").read_text(encoding="utf-8")
    rule = next(part for part in page.split("\n\n") if "(test 0)" in part)
    assert [command for command in MAY.values() if command not in rule] == []
    cluster = next(line for line in page.split("\n- ") if line.startswith("**Een cluster"))
    assert all(word in cluster for word in ("`tcp://`", "`tls://`", "onversleuteld"))


def test_the_search_for_imports_sees_what_it_should() -> None:
    assert imported("def f():\n    from urllib.request import urlopen\n    import http.client") == {
        "urllib",
        "http",
    }
    assert imported("from urllib.parse import urlsplit\nfrom . import socket") == set()
