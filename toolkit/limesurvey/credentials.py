"""User and password for LimeSurvey: from the environment or the keyring of the computer, never from a file."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from toolkit.errors import ToolkitError

USER, PASSWORD = "TEV_LIMESURVEY_GEBRUIKER", "TEV_LIMESURVEY_WACHTWOORD"


@dataclass(frozen=True)
class Credentials:
    """A user and a password; the password never shows when this is printed."""

    user: str
    password: str = field(repr=False)


def service(address: str) -> str:
    """The name under which the keyring keeps the credentials of a server."""
    return f"tev limesurvey {urlsplit(address).hostname}"


def find(address: str) -> Credentials:
    """The credentials for a server.

    Raises ToolkitError that says how to give them when there are none.
    """
    user, password = os.environ.get(USER, ""), os.environ.get(PASSWORD, "")
    if user and password:
        return Credentials(user, password)
    if kept := _from_keyring(address, user):
        return kept
    host = urlsplit(address).hostname
    raise ToolkitError(
        f"Er is geen gebruiker en wachtwoord voor {host}.",
        f"Bewaar ze in de sleutelbos van uw computer met: tev survey login {host}\n"
        f"  Of zet ze in uw omgeving als {USER} en {PASSWORD}.",
    )


def keep(address: str, user: str, password: str) -> None:
    """Keep credentials in the keyring of the computer.

    Raises ToolkitError when this computer has no keyring.
    """
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.set_password(service(address), "gebruiker", user)
        keyring.set_password(service(address), user, password)
    except KeyringError as error:
        raise ToolkitError(
            "Deze computer heeft geen sleutelbos die het programma kan gebruiken.",
            f"Zet de gegevens in uw omgeving als {USER} en {PASSWORD}.",
        ) from error


def _from_keyring(address: str, user: str) -> Credentials | None:
    import keyring
    from keyring.errors import KeyringError

    try:
        user = user or keyring.get_password(service(address), "gebruiker") or ""
        password = keyring.get_password(service(address), user) if user else None
    except KeyringError:
        return None
    return Credentials(user, password) if password else None
