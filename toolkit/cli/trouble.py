"""What went wrong, told in Dutch: a command typed wrongly, or a file that could not be read or written."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import typer

from toolkit.errors import closest

# Typer carries its own copy of click; this is the public way to the error of a command typed wrongly.
UsageError: type[Exception] = typer.BadParameter.__mro__[1]
_SPACE = "maak ruimte vrij op de schijf, kijk of de map bereikbaar is en herhaal de opdracht; wat klaar was, is bewaard."
_FULL = f"De schijf is vol.\n  Zo lost u het op: {_SPACE}"
_RIGHTS = "vraag schrijfrechten op de map van het project."


def usage_trouble(error: Any) -> int:
    """Tell in Dutch what is wrong with a command as it was typed; without any command, show the help."""
    context = error.ctx
    if type(error).__name__ == "NoArgsIsHelpError":
        typer.echo(context.get_help())
        return 0
    command = context.command_path if context else "tev"
    match type(error).__name__:
        case "NoSuchOption":
            message = f"De optie '{error.option_name}' bestaat niet."
        case "MissingParameter":
            message = f"Er ontbreekt iets: {_parameter(error)}."
        case "BadParameter":
            message = f"De waarde bij {_parameter(error)} klopt niet."
        case _:
            known = list(getattr(context.command, "commands", {})) if context else []
            typed = next(
                (word for word in sys.argv[1:] if not word.startswith("-") and word not in known), ""
            )
            hint = closest(typed, known)
            message = (
                f"De opdracht '{typed:.40}' bestaat niet. {hint}".strip()
                if known
                else "Deze opdracht klopt niet."
            )
    typer.echo(
        f"{message}\n  Zo lost u het op: bekijk de hulp met {command.removeprefix('python -m ')} --help",
        err=True,
    )
    return 1


def _parameter(error: Any) -> str:
    """What a parameter is called in the help: its option, or its place in the command."""
    options = getattr(error.param, "opts", None) or [""]
    return (
        str(getattr(error.param, "metavar", None) if not options[0].startswith("-") else options[0])
        or "een gegeven"
    )


def flush() -> None:
    """Write out what was printed, so that trouble with that is told; a reader that went away is none.

    Raises OSError, after which nothing more is printed there: Python would try again at its end.
    """
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
    except OSError as error:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
        if error.errno != errno.EPIPE:
            raise


def computer_trouble(error: BaseException) -> str:
    """Tell what of the computer stood in the way (a file, the disk, memory) and what to do about it.

    Looks through the errors that libraries wrap around it; "" when it is something else.
    """
    found: BaseException | None = error
    while found is not None:
        if isinstance(found, MemoryError):
            return "Er is te weinig werkgeheugen.\n  Zo lost u het op: sluit andere programma's en herhaal de opdracht."
        if isinstance(found, OSError):
            return _file_trouble(found)
        # Of sqlite, without importing it for every command.
        match getattr(found, "sqlite_errorname", "").split("_")[:2]:
            case ["SQLITE", "FULL"]:
                return _FULL
            case ["SQLITE", "READONLY" | "CANTOPEN" | "PERM"]:
                return f"Geen toegang tot de map .tev of raw van het project.\n  Zo lost u het op: {_RIGHTS}"
            case ["SQLITE", "IOERR"]:
                return f"De schijf gaf een fout.\n  Zo lost u het op: {_SPACE}"
        found = _behind(found)
    return ""


def _behind(error: BaseException) -> BaseException | None:
    """The error that caused this one, as far as it says so.

    An error that was only being handled when this one was raised is no cause: this one may be a defect of the
    program. It is when it stands in this one (XlsxWriter), and when both are of sqlite (a rollback that fails too).
    """
    other = error.__context__
    if error.__cause__ is not None or other is None or error.__suppress_context__:
        return error.__cause__
    of_sqlite = hasattr(error, "sqlite_errorname") and hasattr(other, "sqlite_errorname")
    return other if of_sqlite or other in error.args else None


def _file_trouble(error: OSError) -> str:
    name = Path(str(error.filename)).name if error.filename else "een bestand"
    if isinstance(error, shutil.Error) and f"[Errno {errno.ENOSPC}]" in str(error):  # of a whole folder
        return _FULL
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
            return _FULL
        case errno.EACCES | errno.EPERM | errno.EROFS:
            # People open every file but those of the toolkit itself.
            close = (
                "" if ".tev" in Path(str(error.filename)).parts else "sluit het bestand in Excel of Word, of "
            )
            return f"Geen toegang tot {name}.\n  Zo lost u het op: {close}{_RIGHTS}"
        case errno.ENOENT if not error.filename:  # what tempfile says when it can write nowhere
            return f"De schijf heeft geen plek voor tijdelijke bestanden.\n  Zo lost u het op: {_SPACE}"
        case errno.ENOENT:
            return f"{name} bestaat niet.\n  Zo lost u het op: controleer de naam en de map."
        case errno.ENAMETOOLONG:
            return f"De naam of het pad van {name:.60} is te lang.\n  Zo lost u het op: zet het project in een map met een korter pad."
        case _:
            return f"{name} kon niet worden gelezen of geschreven ({error.strerror or type(error).__name__}).\n  Zo lost u het op: {_SPACE}"
