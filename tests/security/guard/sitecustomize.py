"""On the path of a program, this refuses every connection that it makes: where no network namespace can be made."""

import socket


def _refuse(*arguments: object, **named: object) -> None:
    raise OSError("netwerk geweigerd")


class _Refusing(socket.socket):
    """A socket that connects to nothing but another program on this machine through a file."""

    def _local(self) -> bool:
        return self.family == getattr(socket, "AF_UNIX", None)

    def connect(self, address: object) -> None:
        super().connect(address) if self._local() else _refuse()

    def connect_ex(self, address: object) -> int:
        return super().connect_ex(address) if self._local() else _refuse()

    def sendto(self, *arguments: object) -> int:
        return super().sendto(*arguments) if self._local() else _refuse()


socket.socket = _Refusing
socket.create_connection = socket.getaddrinfo = socket.gethostbyname = socket.gethostbyname_ex = _refuse
