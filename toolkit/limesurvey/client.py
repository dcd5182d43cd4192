"""One conversation with LimeSurvey's RemoteControl, over `citric`: what can pass is tried again, a refusal never.

LimeSurvey answers nearly every error with HTTP 200 and a status in English; a method that fails gives
HTTP 500 with HTML, and a switched-off interface an empty body. Expired keys and wrong keys look alike.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from toolkit.errors import ToolkitError
from toolkit.limesurvey.credentials import Credentials
from toolkit.limesurvey.settings import own_machine
from toolkit.limesurvey.transport import LimitedSession, MovedError, TooLargeError

INVALID_KEY = "Invalid session key"
_GOODBYE = 10.0  # seconds to wait for a server to take its key back
_LOCKED = "exceeded the number of maximum login attempts"


class LimeSurveyError(ToolkitError):
    """LimeSurvey said no, or said nothing that can be used."""


class RefusedError(LimeSurveyError):
    """User or password were refused; another try could lock the address out."""


class UnreachableError(LimeSurveyError):
    """What could pass did not pass in all the tries; `too_much` when a smaller question might be answered."""

    def __init__(self, message: str, hint: str = "", too_much: bool = False) -> None:
        super().__init__(message, hint)
        self.too_much = too_much


class UncertainError(LimeSurveyError):
    """The connection broke while something was being changed: it may or may not have happened."""


class StatusError(LimeSurveyError):
    """LimeSurvey answered with a status; `status` is it, in its own words."""

    def __init__(self, status: str, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.status = status


@dataclass(frozen=True)
class Patience:
    """How often a call is tried, and the first pause in seconds, doubled after each."""

    tries: int = 5
    pause: float = 1.0
    longest: float = 30.0

    def wait(self, done: int) -> float:
        """Seconds to wait after the `done`-th try: doubled each time, somewhat different each time."""
        return float(min(self.pause * 2 ** (done - 1), self.longest)) * (0.75 + random.random() / 2)


class Connection:
    """A conversation with one server; use it as a context manager, so that the key is given back.

    `said` gets a Dutch sentence whenever something is tried again.
    """

    def __init__(
        self,
        address: str,
        credentials: Credentials,
        seconds: float = 120.0,
        patience: Patience | None = None,
        login: str = "Authdb",
        said: Callable[[str], None] | None = None,
    ) -> None:
        self.address = address
        self.host = urlsplit(address).hostname or address
        self._credentials = credentials
        self._seconds = seconds
        self._patience = patience or Patience()
        self._login = login
        self._said = said or (lambda _: None)
        self._session: Any = None
        self._http = LimitedSession(seconds, own_machine(self.host))
        self._refused: RefusedError | None = None

    def __enter__(self) -> Connection:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the key back; a server that does not answer any more is no reason to fail."""
        session, self._session = self._session, None
        if session is not None:
            self._http.seconds = min(self._seconds, _GOODBYE)
            with suppress(LimeSurveyError, _PassingError):
                _translated(session.release_session_key, self.host)
            self._http.close()

    def read(self, method: str, *params: Any, decode: Callable[[Any], Any] | None = None) -> Any:
        """The result of a method that changes nothing; tried again until it comes.

        `decode` makes something of the result; a ValueError in it is a half answer, and is tried again too.
        Raises RefusedError, UnreachableError, StatusError, or LimeSurveyError for an answer that will not change.
        """
        return self._call(method, params, True, decode)

    def change(self, method: str, *params: Any) -> Any:
        """The result of a method that changes something; asked once, and once more with a fresh key.

        Raises UncertainError when the connection broke halfway, and else as `read`.
        """
        return self._call(method, params, False, None)

    def _call(
        self, method: str, params: tuple[Any, ...], again: bool, decode: Callable[[Any], Any] | None
    ) -> Any:
        fresh = 0
        while True:
            session = self._open()

            def ask(session: Any = session) -> Any:
                result = session.rpc(method, *params)
                return decode(result) if decode else result

            try:
                return self._attempt(ask, again)
            except StatusError as error:
                # An expired key: LimeSurvey did nothing yet, so asking again with a new one is safe.
                if error.status != INVALID_KEY or fresh == 2:
                    raise
                fresh += 1
                self._session = None
                self._http.close()

    def _open(self) -> Any:
        if self._refused:
            raise self._refused
        if self._session is None:
            try:
                self._session = self._attempt(self._log_in, again=True)
            except StatusError as error:
                self._refused = _refusal(error.status, self.host)
                raise self._refused from error
        return self._session

    def _log_in(self) -> Any:
        from citric.session import Session

        self._http = LimitedSession(self._seconds, own_machine(self.host))
        return Session(
            self.address,
            self._credentials.user,
            self._credentials.password,
            auth_plugin=self._login,
            requests_session=self._http,
        )

    def _attempt(self, ask: Callable[[], Any], again: bool) -> Any:
        """The answer to one question, asked again while what went wrong can pass."""
        done = 0
        while True:
            done += 1
            try:
                return _translated(ask, self.host)
            except _PassingError as passing:
                if not again and not passing.before_sending:
                    raise UncertainError(
                        f"De verbinding met {self.host} brak af terwijl er iets werd veranderd ({passing.what}).",
                        "Kijk in LimeSurvey of het is gebeurd, voordat u de opdracht herhaalt.",
                    ) from None
                if done >= self._patience.tries:
                    raise UnreachableError(
                        f"{self.host} gaf na {done} keer proberen nog geen bruikbaar antwoord ({passing.what}).",
                        passing.hint or "Probeer het later nog eens. Wat al binnen was, is bewaard.",
                        passing.too_much,
                    ) from None
                self._said(f"{self.host}: {passing.what}; nog een keer proberen")
                time.sleep(self._patience.wait(done))


class _PassingError(Exception):
    """Something that may be over in a moment."""

    def __init__(
        self, what: str, before_sending: bool = False, hint: str = "", too_much: bool = False
    ) -> None:
        super().__init__(what)
        self.what, self.before_sending, self.hint, self.too_much = what, before_sending, hint, too_much


_NOT_RPC = (
    "Klopt het adres, en staat in LimeSurvey bij Globale instellingen, Interfaces, "
    "de RPC-interface op JSON-RPC?"
)


def _translated(ask: Callable[[], Any], host: str) -> Any:
    """An answer; errors of citric and requests become _PassingError, StatusError or LimeSurveyError.

    Their own messages are not passed on: they may hold an address with a key in it, or pages of HTML.
    """
    import requests
    from citric import exceptions as citric

    try:
        return ask()
    except citric.LimeSurveyStatusError as error:
        status = str(error.args[0]) if error.args else str(error)
        raise status_error(status) from None
    except citric.LimeSurveyApiError as error:
        # An exception inside LimeSurvey, such as a table that is not there; the same next time.
        raise StatusError(str(error)[:200], f"LimeSurvey kon dit niet doen: {str(error)[:200]}") from None
    except citric.RPCInterfaceNotEnabledError:
        raise _PassingError("een leeg antwoord", hint=_NOT_RPC) from None
    except (citric.InvalidJSONResponseError, citric.ResponseMismatchError):
        raise _PassingError("een half of onleesbaar antwoord", hint=_NOT_RPC, too_much=True) from None
    except MovedError as error:
        raise LimeSurveyError(
            f"{host} verwijst door naar een ander adres ({error.to:.120}).",
            "Zet dat adres bij adres in limesurvey.toml, als u het vertrouwt.",
        ) from None
    except TooLargeError:
        raise UnreachableError(
            f"Een antwoord van {host} was te groot.", "Maak pagina kleiner in limesurvey.toml.", True
        ) from None
    except requests.exceptions.SSLError:
        raise LimeSurveyError(
            f"De beveiligde verbinding met {host} is niet te vertrouwen (certificaat).",
            "Vraag de beheerder van LimeSurvey om het certificaat na te kijken.",
        ) from None
    except requests.exceptions.HTTPError as error:
        code = error.response.status_code if error.response is not None else 0
        if code >= 500 or code in (408, 425, 429):
            raise _PassingError(f"een storing (HTTP {code})", too_much=True) from None
        raise LimeSurveyError(f"{host} weigert de vraag (HTTP {code}).", _NOT_RPC) from None
    except requests.exceptions.ConnectTimeout:
        raise _PassingError("geen verbinding binnen de tijd", before_sending=True) from None
    except requests.exceptions.Timeout:
        raise _PassingError("geen antwoord binnen de tijd", too_much=True) from None
    except requests.exceptions.ConnectionError as error:
        unsent = "NewConnectionError" in repr(error) or "NameResolutionError" in repr(error)
        raise _PassingError(
            "geen verbinding" if unsent else "een afgebroken verbinding", before_sending=unsent
        ) from None
    except requests.exceptions.RequestException as error:
        raise _PassingError(f"een afgebroken antwoord ({type(error).__name__})") from None

    except (KeyError, TypeError, AttributeError, ValueError):
        raise _PassingError("een antwoord in een andere vorm", hint=_NOT_RPC) from None


_STATUSES: dict[str, tuple[str, str]] = {
    "No permission": (
        "De gebruiker van LimeSurvey mag dit niet.",
        "Vraag de beheerder om rechten op deze vragenlijst. Bij ophalen: Vragenlijst en Vragenlijstinhoud bekijken, "
        "Antwoorden bekijken en exporteren.",
    ),
    "Error: Invalid survey ID": ("Deze vragenlijst bestaat niet in LimeSurvey.", "Klopt het nummer in limesurvey.toml?"),
    "No Data, survey table does not exist.": (
        "Deze vragenlijst staat niet open in LimeSurvey (nooit geopend, of weer gesloten).",
        "Open de vragenlijst. Is hij gesloten met 'Deactiveren'? Dan staan de antwoorden in een archieftabel.",
    ),
    "Error: No survey participants table": (
        "Deze vragenlijst heeft geen lijst met deelnemers.", "Voeg deelnemers toe met --deelnemers.",
    ),
    "Error: Survey already active": ("De vragenlijst staat al open.", ""),
    "Error: Survey does not pass consistency check": (
        "LimeSurvey vindt de vragenlijst niet compleet.", "Open hem in LimeSurvey en kijk bij Activeren wat er mist.",
    ),
}  # fmt: skip


def status_error(status: str) -> StatusError:
    """A status of LimeSurvey as an error in Dutch; one we do not know is shown as it is."""
    known = _STATUSES.get(status)
    if known is None:
        return StatusError(status, f'LimeSurvey antwoordt: "{status[:160]}".')
    return StatusError(status, *known)


def _refusal(status: str, host: str) -> RefusedError:
    if _LOCKED in status:
        return RefusedError(
            f"{host} laat dit adres tien minuten niet meer toe, omdat er te vaak is geprobeerd in te loggen.",
            "Wacht tien minuten. Controleer daarna gebruiker en wachtwoord.",
        )
    if "not allowed" in status:
        return RefusedError(
            f"{host} staat deze gebruiker niet toe om zo in te loggen.",
            "Vraag de beheerder om het recht 'Gebruik interne database-authenticatie', of zet aanmelden in limesurvey.toml.",
        )
    return RefusedError(
        f"{host} herkent deze gebruiker of dit wachtwoord niet.",
        "Controleer ze voordat u het opnieuw probeert: na drie keer fout gaat het adres tien minuten op slot.",
    )
