"""What goes wrong on real computers: each time a clear Dutch message or nothing at all, and no half work."""

from __future__ import annotations

import ctypes
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fault_project import (
    PARTNER,
    ROOT,
    build,
    command,
    environment,
    leftovers,
    refused,
    same,
    stories,
    tev,
    trajectories,
)
from killing import SEED
from small_project import outcomes

from toolkit.alone import working
from toolkit.analysis import check_project, run
from toolkit.errors import DataError, ToolkitError
from toolkit.intake import ledger
from toolkit.intake.receive import receive
from toolkit.project import Project, find_project

posix = pytest.mark.skipif(os.name == "nt", reason="rights, limits and signals of Unix")
STORIES = "corpora/verhalen/raw/verhalen.csv"
OUTPUT = "analyses/klein/output"
RECEIVE = ("--bron", "trajecten", "--partner", PARTNER)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project with its outcomes, made once; tests work on a copy."""
    project = build(tmp_path_factory.mktemp("basis") / "project")
    run(project, "klein")
    return project


@pytest.fixture
def project(finished: Project, tmp_path: Path) -> Iterator[Project]:
    folder = tmp_path / "werk" / "project"
    shutil.copytree(finished.root, folder)
    yield find_project(folder)
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755)


def changed(project: Project) -> None:
    """Another delivery of stories: a run has work to do."""
    (project.root / STORIES).write_text(stories(26), encoding="utf-8")


def ordinary() -> None:
    """In a child: root obeys the rights of files like everybody."""
    if os.geteuid() == 0 and sys.platform == "linux":
        for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
            ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP


# --- The disk -----------------------------------------------------------------------------------------


def at_most(size: int) -> Callable[[], None]:
    """In a child: no file may grow above so many bytes, as on a disk that is nearly full."""

    def limit() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


@posix
@pytest.mark.parametrize("size", [0, 6_000, 15_000])
def test_a_file_that_cannot_grow(project: Project, size: int) -> None:
    changed(project)
    before = outcomes(project.root)
    # Python itself keeps half a file of what it compiled when a file may not grow, and is then broken for good.
    poor = environment(project.root.parent, PYTHONDONTWRITEBYTECODE="1")
    refused(tev(project.root, "run", "klein", preexec_fn=at_most(size), env=poor), "De schijf")
    assert leftovers(project.root) == []
    after = outcomes(project.root)
    assert {name for name in after if after[name] != before[name]} <= set(before)
    assert run(project, "klein").changed and not run(project, "klein").changed


def on_small_disk(disk: Path, script: str, *given: object, **more: str) -> subprocess.CompletedProcess[str]:
    """A shell script with a small file system at `disk` ($1); it ends with 99 when that cannot be made."""
    disk.mkdir()
    words = ["unshare", "-rm", "sh", "-c", script, "sh", disk, *given]
    try:
        done = subprocess.run(
            words, capture_output=True, encoding="utf-8", timeout=180, check=False,
            env=environment(disk.parent, **more),
        )  # fmt: skip
    except FileNotFoundError:
        pytest.skip("no unshare here; the limit on files is tested above")
    if done.returncode == 99 or "unshare failed" in done.stderr:
        pytest.skip("no file system may be mounted here; the limit on files is tested above")
    return done


needs_mount = pytest.mark.skipif(sys.platform != "linux", reason="a file system of its own needs Linux")


@needs_mount
def test_a_full_disk(project: Project, tmp_path: Path) -> None:
    changed(project)
    script = (
        'mount -t tmpfs -o size=64m none "$1" && cp -a "$2" "$1/project" || exit 99; '
        'used=$(df -Pk "$1" | awk "END { print \\$3 }"); mount -o remount,size=$((used + 16))k "$1" || exit 99; '
        'cd "$1/project"; shift 2; "$@"; code=$?; '
        'find . -name ".*-????????*" -not -path "./.tev/*" 1>&2; exit $code'
    )
    done = on_small_disk(tmp_path / "schijf", script, project.root, *command("run", "klein"))
    refused(done, "De schijf is vol")
    assert "./" not in done.stderr, "no temporary file stays behind"


@needs_mount
@pytest.mark.parametrize("room", [-100, 100])
def test_a_disk_that_is_full_while_a_report_is_made(project: Project, tmp_path: Path, room: int) -> None:
    """By Python, which copies the parts of a report, and by pandoc, which says so in English."""
    report = project.report("klein")
    assert tev(project.root, "report", "klein", "--naar", "html").returncode == 0
    before = (report / "_uitvoer/rapport.html").read_bytes()
    (report / "rapport.qmd").write_text(
        "---\ntitle: Vol\n---\n\n# Kop\n" + "\nTekst." * 40_000, encoding="utf-8"
    )
    parts = [path for path in report.rglob("*") if path.is_file() and "_uitvoer" not in path.parts]
    needed = sum(-(-path.stat().st_size // 4096) * 4 for path in parts) + room  # kilobytes
    script = f'mount -t tmpfs -o size={needed}k none "$1" || exit 99; cd "$2"; shift 2; "$@"'
    words = command("report", "klein", "--naar", "html", "--motor", "ingebouwd")
    disk = tmp_path / "schijf"
    done = on_small_disk(disk, script, project.root, *words, TMPDIR=str(disk))
    refused(done, "De schijf is vol")
    assert "pandoc" not in done.stderr and "space" not in done.stderr
    assert (report / "_uitvoer/rapport.html").read_bytes() == before


def read_only(folder: Path) -> None:
    for path in (*folder.rglob("*"), folder):
        path.chmod(path.stat().st_mode & 0o555)


@posix
def test_a_project_that_may_only_be_read(project: Project) -> None:
    """What needs no writing is done, and the rest says why not."""
    before = outcomes(project.root)
    read_only(project.root)
    assert tev(project.root, "check", "klein", preexec_fn=ordinary).returncode == 0
    same_again = tev(project.root, "run", "klein", preexec_fn=ordinary)
    assert (same_again.returncode, same_again.stderr) == (0, "") and "Niets veranderd" in same_again.stdout
    (project.root / STORIES).chmod(0o644)
    changed(project)
    refused(tev(project.root, "run", "klein", preexec_fn=ordinary), "Geen toegang", "schrijfrechten")
    refused(tev(project.root, "report", "klein", preexec_fn=ordinary), "Geen toegang")
    assert outcomes(project.root) == before


@posix
def test_a_file_that_another_program_holds(project: Project) -> None:
    (project.root / STORIES).chmod(0)
    refused(tev(project.root, "run", "klein", preexec_fn=ordinary), "Geen toegang tot verhalen.csv", "Excel")


@posix
def test_no_home_and_nowhere_to_keep_what_python_compiles(project: Project, tmp_path: Path) -> None:
    code = tmp_path / "programma"
    shutil.copytree(ROOT / "toolkit", code / "toolkit", ignore=shutil.ignore_patterns("__pycache__"))
    read_only(code)
    bare = {name: value for name, value in environment(tmp_path).items() if not name.startswith("XDG_")}
    bare |= {"HOME": "/dev/null/niemand", "PYTHONPATH": str(code)}
    delivery = tmp_path / "a.csv"
    delivery.write_text(trajectories(), encoding="utf-8")
    try:
        changed(project)
        done = tev(project.root, "run", "klein", "--opnieuw", env=bare, preexec_fn=ordinary)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        made = tev(project.root, "report", "klein", "--naar", "html", env=bare, preexec_fn=ordinary)
        assert (made.returncode, made.stderr) == (0, ""), made.stderr
        lost = tev(project.root, "intake", "receive", delivery, *RECEIVE, env=bare, preexec_fn=ordinary)
        refused(lost, "TEV_SLEUTEL")
        assert not list((project.root / "surveys/trajecten/raw").glob("partner-a*"))
        kept = {**bare, "TEV_SLEUTEL": "x" * 32}
        given = tev(project.root, "intake", "receive", delivery, *RECEIVE, env=kept, preexec_fn=ordinary)
        assert given.returncode == 0, given.stderr
        assert not list(code.rglob("__pycache__"))
    finally:
        for path in (code, *code.rglob("*")):
            path.chmod(0o755)


# --- The clock ----------------------------------------------------------------------------------------


def test_a_clock_that_went_back(project: Project, tmp_path: Path) -> None:
    """Files and outcomes of the future: what is new is told by content; the log keeps its order."""
    from datetime import datetime, timedelta

    future = time.time() + 9 * 365 * 86400
    for path in project.root.rglob("*"):
        os.utime(path, (future, future))
    record = project.root / OUTPUT / "run.json"
    record.write_text(
        record.read_text(encoding="utf-8").replace('"gestart": "20', '"gestart": "21'), encoding="utf-8"
    )
    assert not run(project, "klein").changed
    changed(project)
    os.utime(project.root / STORIES, (1, 1))
    assert run(project, "klein").changed
    now = datetime(2026, 3, 12, 10, 0).astimezone()
    for day, rows in ((0, 30), (-400, 31), (1, 32)):
        path = tmp_path / f"{rows}.csv"
        path.write_text(trajectories(rows), encoding="utf-8")
        receive(project, path, PARTNER, "trajecten", now=now + timedelta(days=day))
    told = [one["tijd"] for one in ledger.entries(project)]
    assert told == sorted(told) and len(set(told)) == 2
    assert [one["nummer"] for one in ledger.entries(project)] == ["2026-0001", "2026-0002", "2026-0003"]


# --- Two at once, and files that move -----------------------------------------------------------------


@posix
def test_two_runs_at_once(project: Project) -> None:
    """The first is held in the middle of its work until the second was refused; then it ends as if alone."""
    changed(project)
    mark = project.root / OUTPUT / "run.json"
    first = subprocess.Popen(
        command("run", "klein"), cwd=project.root, env=environment(project.root.parent),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        while mark.exists() and first.poll() is None:  # a run that begins to write takes its mark away
            time.sleep(0.001)
        first.send_signal(signal.SIGSTOP)
        refused(tev(project.root, "run", "klein"), "Een andere opdracht is bezig met dit project")
    finally:
        first.send_signal(signal.SIGCONT)
    said = first.communicate(timeout=180)[1].decode()
    assert first.returncode == 0, said
    there = outcomes(project.root)
    run(project, "klein", again=True)
    assert same(outcomes(project.root), there)


def test_a_command_that_finds_another_at_work(project: Project) -> None:
    before = outcomes(project.root)
    changed(project)
    with working(project.root):
        refused(tev(project.root, "run", "klein"), "Een andere opdracht is bezig", "Wacht")
        refused(tev(project.root, "report", "klein"), "Een andere opdracht is bezig", "Wacht")
    assert outcomes(project.root) == before


@pytest.mark.parametrize("way", ["anders", "half", "weg"])
def test_a_file_that_changes_while_it_is_read(project: Project, way: str) -> None:
    """After its hash was taken another version comes, half a version, or none: nothing is made of that."""
    before, path = outcomes(project.root), project.root / STORIES
    changed(project)

    def meanwhile(step: str, done: int, _: int) -> None:
        if step.startswith("Leveringen") and not done:
            if way == "weg":
                path.unlink()
            else:
                text = stories(28)
                path.write_text(text if way == "anders" else text[:700] + '"', encoding="utf-8")

    with pytest.raises(ToolkitError, match=r"Veranderd terwijl het werd gelezen: .*verhalen.csv") as caught:
        run(project, "klein", progress=meanwhile)
    assert "synchroniseren" in caught.value.hint
    assert outcomes(project.root) == before
    changed(project)
    assert run(project, "klein").changed


def test_what_onedrive_makes_of_a_folder(project: Project) -> None:
    expected = outcomes(project.root)["measures.csv"]
    path = project.root / STORIES
    for name in ("~$verhalen.csv", "verhalen.csv.tmp", "verhalen-DESKTOP-ABC.csv", "~WRL0001.tmp"):
        (path.parent / name).write_bytes(b"\x00half")
    run(project, "klein")
    assert outcomes(project.root)["measures.csv"] == expected
    path.rename(path.with_name("verhalen (1).csv"))
    with pytest.raises(DataError, match=r"verhalen.csv: dit bestand bestaat niet.\s+.*Bedoelt u 'verhalen"):
        run(project, "klein")
    path.write_bytes(b"")
    with pytest.raises(DataError, match=r"verhalen.csv: dit bestand is leeg"):
        check_project(project, "klein")
    assert outcomes(project.root)["measures.csv"] == expected


# --- Names, line ends, and what a terminal can show ---------------------------------------------------


def as_windows(root: Path) -> None:
    """Every text file with CRLF and a byte order mark, as editors on Windows save it."""
    for path in root.rglob("*"):
        if path.suffix in (".toml", ".csv", ".qmd", ".txt", ".css") and "output" not in path.parts:
            text = path.read_text(encoding="utf-8").replace("\n", "\r\n")
            path.write_bytes(b"\xef\xbb\xbf" + text.encode())


def test_a_path_with_spaces_and_accents_and_files_from_windows(finished: Project, tmp_path: Path) -> None:
    root = tmp_path / "Mijn évaluatie (2026) & méér" / ("lange map " * 12).strip() / "project"
    build(root)
    as_windows(root)
    made = tev(root, "run", "klein")
    assert (made.returncode, made.stderr) == (0, ""), made.stderr
    ours, theirs = outcomes(root), outcomes(finished.root)
    assert ours["measures.csv"] == theirs["measures.csv"] and ours["samen.csv"] == theirs["samen.csv"]
    told = tev(root, "report", "klein")
    assert (told.returncode, told.stderr) == (0, ""), told.stderr
    page = (root / "reports/klein/_uitvoer/rapport.html").read_text(encoding="utf-8")
    assert "<title>" in page and "\ufeff" not in page and "{{<" not in page
    assert (root / "reports/klein/_uitvoer/rapport.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("coding", ["", "cp1252", "ascii"])
def test_a_terminal_that_cannot_show_every_letter(project: Project, coding: str) -> None:
    poor = environment(
        project.root.parent, LC_ALL="C", LANG="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0",
        PYTHONWARNDEFAULTENCODING="1",
    )  # fmt: skip
    if coding:
        poor["PYTHONIOENCODING"] = coding
    done = tev(project.root, "check", "klein", env=poor)
    assert done.returncode == 0 and "Alles klopt" in done.stdout
    assert str(ROOT / "toolkit") not in done.stderr, (
        "a file is read or written in the code page of the computer"
    )
    changed(project)
    (project.root / "analyses/klein/plan.toml").write_text('naam = "Één €"\nënquetes = 1\n', encoding="utf-8")
    refused(tev(project.root, "run", "klein", env=poor), "plan.toml")


@posix
def test_output_that_nobody_reads(project: Project) -> None:
    words = " ".join(command("check", "klein"))
    options = {
        "cwd": project.root, "env": environment(project.root.parent), "capture_output": True, "timeout": 60,
        "encoding": "utf-8",
    }  # fmt: skip

    def shell(line: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["bash", "-c", line], check=False, **options)  # type: ignore[call-overload,no-any-return]

    piped = shell(f"{words} | true")
    assert piped.stderr == "", piped.stderr
    closed = shell(f"{words} >&-")
    assert (closed.returncode, closed.stderr) == (0, "")
    assert shell(f"{words} >&- 2>&-").returncode == 0
    if Path("/dev/full").exists():
        full = shell(f"{words} > /dev/full")
        assert full.returncode == 1 and "De schijf is vol" in full.stderr
        assert "Exception" not in full.stderr, full.stderr


@posix
def test_stopped_by_hand(project: Project) -> None:
    """Ctrl-C at five moments: a Dutch line, exit code 130, and a run that goes on afterwards."""
    print(f"TEV_TEST_SEED={SEED}")
    chance = random.Random(SEED)
    changed(project)
    for number in range(5):
        process = subprocess.Popen(
            command("run", "klein", "--opnieuw"), cwd=project.root, env=environment(project.root.parent),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        time.sleep(0.6 + (number + chance.random()) * 0.5)
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)[1].decode()
        # Where code that was being imported is interrupted, Python itself ends by the signal; a shell says 130.
        assert process.returncode in (0, 130, -signal.SIGINT), said
        if process.returncode:
            assert said == "Afgebroken. Wat klaar was, is bewaard.\n"
    assert leftovers(project.root) == []
    assert run(project, "klein").output.is_dir()


@posix
@pytest.mark.parametrize("way", ["module", "tev"])
@pytest.mark.parametrize("moment", ["typer.colors", "typer.main", "toolkit.cli.survey", "pandas"])
def test_stopped_by_hand_while_it_starts(project: Project, way: str, moment: str) -> None:
    """Python tells each import on stderr when it is done: Ctrl-C falls right after one of them."""
    script = project.root.parent / "tev"  # as pip makes it
    script.write_text("import sys\nfrom toolkit.cli import main\nsys.exit(main())\n", encoding="utf-8")
    start = ["-m", "toolkit.cli"] if way == "module" else [str(script)]
    process = subprocess.Popen(
        [sys.executable, "-X", "importtime", *start, "run", "klein", "--opnieuw"], cwd=project.root,
        env=environment(project.root.parent), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        encoding="utf-8",
    )  # fmt: skip
    assert process.stderr is not None
    seen = next(line for line in process.stderr if line.rstrip().endswith(f" {moment}"))
    assert seen.startswith("import time:")
    process.send_signal(signal.SIGINT)
    said = [line for line in process.communicate(timeout=60)[1].splitlines() if "import time:" not in line]
    assert said == ["Afgebroken. Wat klaar was, is bewaard."]
    assert process.returncode in (130, -signal.SIGINT)


@posix
def test_a_program_that_uses_the_toolkit_keeps_its_own_ctrl_c(tmp_path: Path) -> None:
    """Importing the command line changes nothing for another program, a helper, or where Ctrl-C is ignored."""
    ask = (
        "import toolkit.cli, signal as s; print(s.getsignal(s.SIGINT) in (s.default_int_handler, s.SIG_IGN))"
    )
    script = tmp_path / "tev"
    script.write_text(ask, encoding="utf-8")

    def ignore() -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    started: list[tuple[list[str], Callable[[], None] | None, str]] = [
        (["-c", ask], None, "True"),
        (["-c", f"import sys; sys.argv = ['tev']; {ask}"], None, "True"),
        ([str(script)], ignore, "True"),
        ([str(script)], None, "False"),  # our own command, before it begins
    ]
    for words, before, expected in started:
        done = subprocess.run(
            [sys.executable, *words], capture_output=True, text=True, check=True, preexec_fn=before,
            env=environment(tmp_path),
        )  # fmt: skip
        assert done.stdout.strip() == expected, words


# --- The cache ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["half", "leeg", "onzin", "rijen", "map"])
def test_a_damaged_cache_is_made_again(project: Project, way: str) -> None:
    expected = outcomes(project.root)
    cache = project.root / ".tev/cache.sqlite"
    content = cache.read_bytes()
    match way:
        case "half":
            cache.write_bytes(content[: len(content) // 2])
        case "leeg":
            cache.write_bytes(b"")
        case "onzin":
            cache.write_bytes(random.Random(SEED).randbytes(len(content)))
        case "rijen":
            import sqlite3

            connection = sqlite3.connect(cache)
            with connection:
                connection.execute("update kept set value = zeroblob(length(value))")
            connection.close()
        case "map":
            (project.root / ".tev/cache.sqlite-journal").write_bytes(content[:5000])
    run(project, "klein", again=True)
    assert same(outcomes(project.root), expected)
