"""Read a settings file (TOML, Dutch keys) into a frozen dataclass, with all its problems at once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from toolkit.errors import DataError, Problem, ProjectError, closest

T = TypeVar("T")


def read_toml(path: Path) -> dict[str, Any]:
    """The contents of a TOML file (UTF-8, with or without BOM).

    Raises ProjectError with line and column when the file is missing or not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise ProjectError(f"Het bestand {path.parent.name}/{path.name} bestaat niet.") from error
    except UnicodeDecodeError as error:
        raise ProjectError(
            f"{path.name} is niet in UTF-8 opgeslagen.", "Sla het bestand op als UTF-8."
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise ProjectError(
            f"{path.parent.name}/{path.name} is geen geldig TOML-bestand: {error}.",
            "Kijk op de genoemde regel: staat er een aanhalingsteken of haakje te weinig?",
        ) from error


def read_settings(path: Path, kind: type[T]) -> T:
    """A settings file as a frozen dataclass of `kind`.

    Raises DataError that names every unknown, missing or wrong key at once.
    """
    return parse_settings(read_toml(path), kind, f"{path.parent.name}/{path.name}")


def parse_settings(data: dict[str, Any], kind: type[T], file: str) -> T:
    """Settings that were read from TOML as a frozen dataclass of `kind`; see read_settings."""
    try:
        return TypeAdapter(kind).validate_python(data)
    except ValidationError as error:
        raise DataError(list(_problems(error, kind, file))) from error


def _problems(error: ValidationError, kind: Any, file: str) -> Iterator[Problem]:
    known = _all_keys(kind)
    for case in error.errors():
        key = ".".join(str(part + 1) if isinstance(part, int) else str(part) for part in case["loc"])
        last = str(case["loc"][-1]) if case["loc"] else ""
        context = case.get("ctx", {})
        match case["type"]:
            case "extra_forbidden" | "unexpected_keyword_argument":
                message, remedy = "deze sleutel is hier niet bekend.", closest(last, known)
            case "missing":
                message, remedy = "deze sleutel ontbreekt.", "Vul de sleutel in."
            case "literal_error":
                message = f"'{case['input']}' is hier geen geldige waarde."
                remedy = f"Kies uit: {str(context.get('expected', '')).replace(' or ', ' of ')}."
            case "periode":
                message = f"'{case['input']:.40}' is geen periode."
                remedy = (
                    "Schrijf een jaar (2026), kwartaal (2026-Q1), maand (2026-03), "
                    "of de eerste en laatste dag (2026-03-02/2026-04-12)."
                )
            case kind_ if "date" in kind_:
                message, remedy = f"'{case['input']}' is geen datum.", "Schrijf een datum als 2026-03-12."
            case _:
                message = f"de waarde '{case['input']!s:.40}' past hier niet."
                remedy = "Zie de toelichting bij deze sleutel in docs/instellingen.md."
        yield Problem(file, message, remedy, column=key)


def _all_keys(kind: Any) -> set[str]:
    """Every key that this kind of settings knows, nested ones included."""
    keys: set[str] = set()
    schema = TypeAdapter(kind).json_schema(by_alias=True)
    for part in [schema, *schema.get("$defs", {}).values()]:
        keys.update(part.get("properties", {}))
    return keys
