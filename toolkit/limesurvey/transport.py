"""HTTP with limits: no call without an end, no answer without a size, no redirect that carries a password off."""

from __future__ import annotations

import time
from typing import Any

import requests

LARGEST = 512 * 1024 * 1024  # bytes of one answer
_CHUNK = 256 * 1024
_CONNECT = 15.0


class TooLateError(requests.exceptions.Timeout):
    """The answer did not come, or not all of it, within the time for one call."""


class MovedError(Exception):
    """The server sent us elsewhere; `to` is the host."""

    def __init__(self, to: str) -> None:
        super().__init__(to)
        self.to = to


class TooLargeError(Exception):
    """The answer was larger than LARGEST."""


def _some(response: requests.Response) -> bytes:
    """What has come in of a body, b"" at its end; errors are those of requests."""
    import urllib3

    try:
        return bytes(response.raw.read1(_CHUNK, decode_content=True))
    except urllib3.exceptions.ReadTimeoutError as error:
        raise requests.exceptions.ReadTimeout(error) from error
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise requests.exceptions.ConnectionError(error) from error


class LimitedSession(requests.Session):
    """A session of which every call ends within `seconds`, however slowly the server drips.

    Proxy and certificates are those of the user's environment, unless the server is this machine (`local`).
    """

    def __init__(self, seconds: float, local: bool = False) -> None:
        super().__init__()
        self.seconds = seconds
        self.trust_env = not local

    def request(self, method: Any, url: Any, *args: Any, **kwargs: Any) -> requests.Response:
        """As that of requests, with the whole body read before the deadline.

        Raises TooLateError, MovedError, TooLargeError and what requests raises.
        """
        deadline = time.monotonic() + self.seconds
        kwargs |= {
            "timeout": (min(_CONNECT, self.seconds), self.seconds),
            "stream": True,
            "allow_redirects": False,
        }
        response = super().request(method, url, *args, **kwargs)
        with response:
            if response.is_redirect:
                raise MovedError(response.headers.get("location", "").split("?")[0])
            parts, size = [], 0
            # read1 gives what has come in; a larger read would wait for its fill past every deadline.
            while part := _some(response):
                parts.append(part)
                size += len(part)
                if time.monotonic() > deadline:
                    raise TooLateError("de tijd voor één vraag is om")
                if size > LARGEST:
                    raise TooLargeError(size)
        # This is where requests itself keeps a body that has been read.
        response._content = b"".join(parts)
        return response
