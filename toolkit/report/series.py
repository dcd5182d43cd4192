"""One template, a report for every wijk or partner: made side by side, sharing nothing."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from toolkit.files import whole_file
from toolkit.report.build import (
    clear_rooms,
    fingerprint,
    formats_of,
    moment,
    read_marks,
    room,
    write_marks,
)
from toolkit.report.document import templates, write_parts
from toolkit.report.engines import FORMATS, RENDERED, choose, environment_for
from toolkit.report.place import Place, fill_in, places
from toolkit.report.source import read_output

_MOST_WORKERS = 4
_LAST = 2  # seconds for a worker without a command to remove what it was making


@dataclass(frozen=True)
class _Job:
    """One report: everything a worker needs, so that workers share no state."""

    report: Path
    output: Path
    place: Place
    engine: str
    targets: tuple[tuple[str, Path], ...]
    moment: int


def build_series(
    report_folder: Path,
    output: Path,
    per: str,
    formats: Sequence[str] = FORMATS,
    engine: str = "auto",
    progress: Callable[[str, int, int], None] | None = None,
    again: bool = False,
    workers: int = 0,
) -> dict[Place, dict[str, Path]]:
    """Make a report for every wijk or partner (`per`) and give, per place, where each format stands.

    The template's %PLEK% becomes the place's name. Every report is made in a folder and a process of its own;
    what is the same as before is left, unless `again`. `workers`: how many at once (0: as many as there are
    processors, at most four). The rest is as in `build_report`.

    Raises ToolkitError for an unknown format, engine or kind of place, and when one of the reports fails; the
    reports that were whole by then stay.
    """
    wanted = formats_of(formats)
    name, _ = choose(engine)
    report_folder = report_folder.resolve()
    stem = templates(report_folder)[0].stem
    folder = report_folder / RENDERED
    clear_rooms(report_folder)
    source = read_output(output)
    all_targets = {
        place: {form: folder / f"{stem}-{place.slug}.{form}" for form in wanted}
        for place in places(source, per)
    }
    made_from = fingerprint(report_folder, output, name)
    before = {} if again else read_marks(folder)
    stale = [
        place
        for place, targets in all_targets.items()
        if not all(before.get(path.name) == made_from and path.is_file() for path in targets.values())
    ]
    jobs = [
        _Job(report_folder, output, place, engine, tuple(all_targets[place].items()), moment(output))
        for place in stale
    ]
    say = progress or (lambda step, done, total: None)
    say("Rapporten maken", 0, len(jobs))
    count = min(len(jobs), workers or min(os.cpu_count() or 1, _MOST_WORKERS))
    if count <= 1:
        for done, job in enumerate(jobs, start=1):
            _make(job)
            _mark(folder, before, job, made_from)
            say("Rapporten maken", done, len(jobs))
        return all_targets
    # New processes, not copies of this one: a copy lacks the threads that typst and numpy started, and hangs.
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(count, fresh, initializer=_follow_parent) as pool:
        running = {pool.submit(_make, job): job for job in jobs}
        try:
            for done, finished in enumerate(as_completed(running), start=1):
                finished.result()
                _mark(folder, before, running[finished], made_from)
                say("Rapporten maken", done, len(jobs))
        except BaseException:  # stopped by hand too: what has not begun is not made any more
            pool.shutdown(cancel_futures=True)
            raise
    return all_targets


def _follow_parent() -> None:
    """In a worker: leave Ctrl-C to the command, and end when the command was killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_LAST)  # the pool takes it for the end of one job and waits for the next
    os.kill(os.getpid(), signal.SIGTERM)


class _CommandGone(BaseException):
    """The command that asked for a report was killed."""


def _put_away(*_: object) -> None:
    """End the job in hand, so that its room and programs go too; the next signal ends the worker."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    raise _CommandGone


def _make(job: _Job) -> None:
    """Make one report; in a worker begin nothing, and finish nothing, when the command is gone."""
    parent = multiprocessing.parent_process()
    if parent is None:
        _write(job)
    elif parent.is_alive():
        signal.signal(signal.SIGTERM, _put_away)
        try:
            _write(job)
        finally:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _write(job: _Job) -> None:
    _, render = choose(job.engine)
    with room(job.report) as temporary:
        copy = temporary / "rapport"
        ignored = shutil.ignore_patterns(RENDERED, "_inhoud", ".quarto", ".inhoud-*")
        shutil.copytree(job.report, copy, ignore=ignored)
        template = templates(copy)[0]
        template.write_text(
            fill_in(template.read_text(encoding="utf-8"), job.place), encoding="utf-8", newline="\n"
        )
        write_parts(copy, job.output, place=job.place)
        for form, target in job.targets:
            render(template, form, temporary / target.name, environment_for(job.moment))
            with whole_file(target) as unfinished:
                shutil.copyfile(temporary / target.name, unfinished)
                unfinished.chmod(0o644)


def _mark(folder: Path, before: dict[str, str], job: _Job, made_from: str) -> None:
    before.update({path.name: made_from for _, path in job.targets})
    write_marks(folder, before)
