"""Pseudonyms of clients: a keyed hash (HMAC-SHA256), with a key that never lies in the project.

With the key the same client of two partners gets the same pseudonym. Without it nobody can work out which
one somebody has, not even with a list of all BSNs. A new key is laid over the old one: pseudonyms are hashed
once more, so that what was received before still lines up with what comes next.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from toolkit.cells import plain
from toolkit.errors import ToolkitError
from toolkit.files import whole_file
from toolkit.project import Project

VARIABLE = "TEV_SLEUTEL"
FOLDER = "leveringen"
_STATE = "project.json"
_LENGTH = 32  # bytes
_NOWHERE = (
    "De sleutel van dit project kan niet worden bewaard: uw map met instellingen is niet te beschrijven."
)
_ELSEWHERE = (
    f"Meld u aan met een eigen gebruikersmap, of zet een eigen sleutel in de omgevingsvariabele {VARIABLE}."
)
_LOST = (
    "Zet de sleutel terug uit uw reservekopie (zie docs/aanleveren.md). Met een andere sleutel krijgt dezelfde "
    "cliënt een ander pseudoniem."
)


@dataclass(frozen=True)
class Keys:
    """The keys of a project, the oldest first; each is laid over the one before."""

    layers: tuple[bytes, ...]

    def pseudonym(self, key: str, scope: str = "", bsn: bool = False) -> str:
        """The pseudonym of a client key: "k" and 26 letters and digits.

        Case and spaces make no difference; a BSN is taken as nine digits. `scope` is the partner when
        partners do not share their keys, else "".
        """
        text = plain(key)
        if bsn:
            text = "".join(char for char in text if char.isdigit()).zfill(9)
        value = f"{plain(scope)}\n{text}".encode()
        for layer in self.layers:
            value = _over(layer, value)
        return _written(value)

    def mark(self, pseudonym: str) -> str:
        """What is kept of somebody who was erased: enough to know them again with the key, and nothing else."""
        return hmac.new(self.layers[0], b"gewist\n" + pseudonym.encode(), hashlib.sha256).hexdigest()

    @property
    def fingerprint(self) -> str:
        """What tells these keys from others without saying what they are."""
        return hashlib.sha256(b"".join(_over(one, b"vingerafdruk") for one in self.layers)).hexdigest()[:16]


def again(layer: bytes, pseudonym: str) -> str:
    """A pseudonym with one more key laid over it."""
    return _written(_over(layer, _read(pseudonym)))


def _over(layer: bytes, value: bytes) -> bytes:
    return hmac.new(layer, value, hashlib.sha256).digest()[:16]


def _written(value: bytes) -> str:
    return "k" + base64.b32encode(value).decode().rstrip("=").lower()


def _read(pseudonym: str) -> bytes:
    return base64.b32decode(pseudonym[1:].upper() + "======")


def is_pseudonym(text: str) -> bool:
    """Whether a text has the form of a pseudonym."""
    return len(text) == 27 and text[0] == "k" and set(text[1:]) <= set("abcdefghijklmnopqrstuvwxyz234567")


def project_keys(project: Project, make: bool = False) -> Keys:
    """The keys of the project: from TEV_SLEUTEL, or from the user's own settings folder.

    With `make` a key is made when there is none yet and nothing was received before.

    Raises ToolkitError when there is no key, it is too short, it is not the one that was used before, or the
    settings folder lies in the project.
    """
    state = read_state(project)
    known = stored_keys(project)
    if not known and make and not state.get("sleutel"):
        known = (secrets.token_bytes(_LENGTH),)
        write_keys(project, known)
    layers = int(str(state.get("lagen", 1)))
    if len(known) < layers:
        raise ToolkitError("De sleutel van dit project is er niet.", _LOST)
    keys = Keys(known[:layers])
    if state.get("sleutel") not in (None, keys.fingerprint):
        raise ToolkitError("Dit is niet de sleutel waarmee eerder is ontvangen.", _LOST)
    return keys


def stored_keys(project: Project) -> tuple[bytes, ...]:
    """Every key at hand, the oldest first; there may be one more than is in use."""
    told = os.environ.get(VARIABLE, "")
    if told:
        keys = tuple(part.strip().encode() for part in told.split(",") if part.strip())
        if any(len(key) < _LENGTH for key in keys):
            raise ToolkitError(
                f"De sleutel in {VARIABLE} is te kort.",
                "Gebruik minstens 32 tekens die niemand kan raden.",
            )
        return keys
    path = key_file(project)
    try:
        return tuple(bytes.fromhex(line) for line in path.read_text(encoding="ascii").split())
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except ValueError as error:
        raise ToolkitError(f"De sleutel in {path.name} is beschadigd.", _LOST) from error


def write_keys(project: Project, keys: Sequence[bytes]) -> None:
    """Write the keys to the user's own settings folder, readable for that user only.

    Raises ToolkitError when nothing can be written there.
    """
    path = key_file(project)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        for old in path.parent.glob(f".{path.stem}-????????{path.suffix}"):
            old.unlink()  # of a command that was killed: a key must not lie about
        with whole_file(path) as temporary:
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write("".join(f"{key.hex()}\n" for key in keys))
                file.flush()
                os.fsync(file.fileno())
    except OSError as error:
        raise ToolkitError(_NOWHERE, _ELSEWHERE) from error


def key_file(project: Project) -> Path:
    """Where the keys of this project are kept: in the user's settings, never in the project.

    Raises ToolkitError when that folder lies in the project.
    """
    if sys.platform == "win32":
        base = Path(os.environ.get("APPDATA") or _home() / "AppData" / "Roaming")
    elif sys.platform == "darwin":
        base = _home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_CONFIG_HOME") or _home() / ".config")
    path = base / "tellen-en-vertellen" / "sleutels" / f"{_identity(project)}.sleutel"
    if path.resolve().is_relative_to(project.root.resolve()):
        raise ToolkitError(
            "De map met uw instellingen ligt in het project; daar mag de sleutel niet staan.",
            f"Zet de sleutel in de omgevingsvariabele {VARIABLE}.",
        )
    return path


def _home() -> Path:
    try:
        return Path.home()
    except RuntimeError as error:
        raise ToolkitError(_NOWHERE, _ELSEWHERE) from error


def read_state(project: Project) -> dict[str, object]:
    """What the project knows of its keys: an identity, how many layers, and their fingerprint."""
    path = project.root / FOLDER / _STATE
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def state_text(project: Project, keys: Keys) -> str:
    """The content of the project's state file with these keys."""
    state = {"id": _identity(project), "lagen": len(keys.layers), "sleutel": keys.fingerprint}
    return json.dumps(state, indent=1) + "\n"


def state_path() -> str:
    """Where the state of the keys is kept, in the project."""
    return f"{FOLDER}/{_STATE}"


def _identity(project: Project) -> str:
    """The identity of a project, made at first use: two projects of one name do not share a key."""
    found = read_state(project).get("id")
    if isinstance(found, str) and found.isalnum():
        return found
    identity = secrets.token_hex(8)
    path = project.root / FOLDER / _STATE
    path.parent.mkdir(exist_ok=True)
    with whole_file(path) as temporary:
        temporary.write_text(json.dumps({"id": identity}) + "\n", encoding="utf-8")
    return identity
