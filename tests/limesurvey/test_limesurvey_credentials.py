"""User and password: the environment first, then the keyring of the computer; never shown."""

from __future__ import annotations

from collections.abc import Iterator

import keyring
import pytest
from keyring.backend import KeyringBackend

from toolkit.errors import ToolkitError
from toolkit.limesurvey import credentials

ADDRESS = "https://enquete.x.nl/index.php/admin/remotecontrol"


class InMemory(KeyringBackend):
    """A keyring that is gone when the test is."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[(service, username)] = password


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemory]:
    monkeypatch.delenv(credentials.USER, raising=False)
    monkeypatch.delenv(credentials.PASSWORD, raising=False)
    before, ring = keyring.get_keyring(), InMemory()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


def test_the_keyring_keeps_them_per_server(ring: InMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    credentials.keep(ADDRESS, "anna", "geheim-1")
    credentials.keep("https://elders.nl/x", "bo", "geheim-2")
    found = credentials.find(ADDRESS)
    assert (found.user, found.password) == ("anna", "geheim-1") and "geheim-1" not in repr(found)
    monkeypatch.setenv(credentials.USER, "cas")
    with pytest.raises(ToolkitError, match="geen gebruiker en wachtwoord"):
        credentials.find(ADDRESS)  # the keyring has no password of cas
    monkeypatch.setenv(credentials.PASSWORD, "geheim-3")
    assert credentials.find(ADDRESS).password == "geheim-3"
    with pytest.raises(ToolkitError) as caught:
        monkeypatch.delenv(credentials.USER)
        credentials.find("https://onbekend.nl/x")
    assert "tev survey login onbekend.nl" in caught.value.hint
