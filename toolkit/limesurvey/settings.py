"""Where a survey lives in LimeSurvey (`limesurvey.toml`), and what was published (`gepubliceerd.toml`)."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from toolkit.errors import DataError, Problem, ProjectError
from toolkit.files import whole_file
from toolkit.settings import read_settings

SETTINGS, PUBLISHED = "limesurvey.toml", "gepubliceerd.toml"
# Columns about a person: fetched only when the settings name them. A number is behind the last.
PERSONAL = ("token", "firstname", "lastname", "email", "ipaddr", "refurl", "attribute_")
_strict = ConfigDict(extra="forbid", populate_by_name=True)


@dataclass(frozen=True, config=_strict)
class LimeSettings:
    """`surveys/<id>/limesurvey.toml`; user and password never stand in it.

    `timezone` is that of the server's clock, `page` how many responses are asked for at once, `timeout`
    the seconds that one call may take. `personal` names the personal columns that are fetched.
    """

    address: str = Field(alias="adres")
    number: int = Field(alias="nummer", default=0, ge=0)
    timezone: str = Field(alias="tijdzone", default="Europe/Amsterdam")
    personal: tuple[str, ...] = Field(alias="persoonlijk", default=())
    page: int = Field(alias="pagina", default=500, ge=1, le=10_000)
    timeout: float = Field(alias="wachten", default=120.0, gt=0, le=3600)
    login: str = Field(alias="aanmelden", default="Authdb")
    without_fields: bool = Field(alias="zonder_veldnamen", default=False)


@dataclass(frozen=True, config=_strict)
class Published:
    """What `publish` made: the survey's number and address, the version, and a mark of the file that was sent."""

    number: int = Field(alias="nummer")
    address: str = Field(alias="adres")
    version: str = Field(alias="versie")
    mark: str = Field(alias="kenmerk")
    day: str = Field(alias="dag")


def read_lime_settings(folder: Path) -> LimeSettings:
    """The settings in a survey's folder.

    Raises ProjectError when there are none; DataError with every problem, such as an address that is not
    secure, a user or password in it, an unknown time zone or a column that is not a personal one.
    """
    path = folder / SETTINGS
    if not path.is_file():
        raise ProjectError(
            f"In {folder.parent.name}/{folder.name} staat geen {SETTINGS}.",
            'Maak het met één regel: adres = "https://.../index.php/admin/remotecontrol"',
        )
    settings = read_settings(path, LimeSettings)
    file = f"{folder.name}/{SETTINGS}"
    problems = [Problem(file, message, remedy, column=key) for key, message, remedy in _wrong(settings)]
    if problems:
        raise DataError(problems)
    return settings


def _wrong(settings: LimeSettings) -> list[tuple[str, str, str]]:
    found = []
    address = urlsplit(settings.address)
    if address.username or address.password:
        remedy = "Haal ze weg. Zet ze in uw omgeving of sleutelbos: zie docs/limesurvey.md."
        found.append(("adres", "hier staat een gebruiker of wachtwoord in.", remedy))
    elif address.scheme not in ("https", "http") or not address.hostname:
        remedy = 'Schrijf bijvoorbeeld "https://enquete.gemeente.nl/index.php/admin/remotecontrol".'
        found.append(("adres", "dit is geen adres.", remedy))
    elif address.scheme == "http" and not own_machine(address.hostname):
        message = "dit adres is niet beveiligd: het wachtwoord zou leesbaar over internet gaan."
        found.append(("adres", message, "Gebruik een adres dat met https:// begint."))
    try:
        ZoneInfo(settings.timezone)
    except (KeyError, ValueError, OSError):
        remedy = "Schrijf bijvoorbeeld Europe/Amsterdam of UTC."
        found.append(("tijdzone", f"'{settings.timezone:.40}' is geen tijdzone.", remedy))
    for name in settings.personal:
        if not is_personal(name):
            remedy = f"Kies uit: {', '.join(PERSONAL[:-1])} of attribute_1, attribute_2, ..."
            found.append(("persoonlijk", f"'{name:.40}' is geen persoonlijke kolom.", remedy))
    return found


def own_machine(host: str) -> bool:
    """Whether a host is this machine itself."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_personal(column: str) -> bool:
    """Whether a column of LimeSurvey is about the person and not an answer."""
    return column in PERSONAL[:-1] or (
        column.startswith(PERSONAL[-1]) and column.removeprefix(PERSONAL[-1]).isdigit()
    )


def read_published(folder: Path) -> Published | None:
    """What was published from this folder, or None."""
    path = folder / PUBLISHED
    return read_settings(path, Published) if path.is_file() else None


def write_published(folder: Path, published: Published) -> None:
    """Remember what was published; the file is written whole or not at all."""
    lines = [
        "# Gemaakt door tev survey publish. Verander dit bestand niet.",
        f"nummer = {published.number}",
        f'adres = "{published.address}"',
        f'versie = "{published.version}"',
        f'kenmerk = "{published.mark}"',
        f'dag = "{published.day}"',
    ]
    with whole_file(folder / PUBLISHED) as temporary:
        temporary.write_text("\n".join(lines) + "\n", encoding="utf-8")


def survey_number(folder: Path, settings: LimeSettings) -> int:
    """The number of the survey in LimeSurvey: from the settings, else what was published.

    Raises ProjectError when neither says it.
    """
    published = read_published(folder)
    number = settings.number or (published.number if published else 0)
    if not number:
        raise ProjectError(
            f"Het nummer van de vragenlijst in LimeSurvey is niet bekend voor {folder.name}.",
            f"Zet in {SETTINGS}: nummer = 123456. Of publiceer de vragenlijst: tev survey publish {folder.name}",
        )
    return number
