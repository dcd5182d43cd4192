"""What went wrong, told in Dutch: a command typed wrongly, or a file that could not be read or written."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import typer

from toolkit.errors import closest

# Typer carries its own copy of click; this is the public way to the error of a command typed wrongly.
UsageError: type[Exception] = typer.BadParameter.__mro__[1]


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


def file_trouble(error: OSError) -> str:
    """Tell what stood in the way of reading or writing a file, and what to do about it."""
    import errno

    name = Path(str(error.filename)).name if error.filename else "een bestand"
    match error.errno:
        case errno.ENOSPC:
            return "De schijf is vol.\n  Zo lost u het op: maak ruimte vrij en herhaal de opdracht; wat klaar was, is bewaard."
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return f"Geen toegang tot {name}.\n  Zo lost u het op: sluit het bestand in Excel of Word, of vraag schrijfrechten op de map."
        case errno.ENOENT:
            return f"{name} bestaat niet.\n  Zo lost u het op: controleer de naam en de map."
        case _:
            return f"{name} kon niet worden gelezen of geschreven ({error.strerror or type(error).__name__})."
