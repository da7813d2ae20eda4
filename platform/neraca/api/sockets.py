"""The sockets a server will answer on, had before anything else is done: a port that is taken is no late surprise."""

import errno
import socket
from collections.abc import Generator
from contextlib import ExitStack, contextmanager

_WHY = {
    errno.EADDRINUSE: "another program listens there; end it (`ss -ltnp` names it), or set NERACA_PORT to a free port",
    errno.EACCES: "this user may not; set NERACA_PORT to 1024 or above",
    errno.EADDRNOTAVAIL: "no such address is on this machine; set NERACA_HOST to one that is, such as 127.0.0.1",
}

_WAITING = 2048
"""Connections that may wait to be taken up: as many as uvicorn lets wait."""


class CannotListen(Exception):
    """The address, why nobody can be answered there, and what to do."""


def refused(host: str, port: int, error: OSError) -> CannotListen:
    why = _WHY.get(error.errno or 0, f"{error.strerror}; set NERACA_HOST and NERACA_PORT to where one can")
    return CannotListen(f"cannot listen on {host} port {port}: {why}")


@contextmanager
def bound(host: str, port: int) -> Generator[list[socket.socket]]:
    """A socket for each address of the host, none of them listening yet; port 0 takes any free one for all. Nobody else
    can take it meanwhile, however long it is until `listen`.

    Raises CannotListen.
    """
    with ExitStack() as held:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        except socket.gaierror as unknown:
            why = "no such host is known here; set NERACA_HOST to an address of this machine, such as 127.0.0.1"
            raise CannotListen(f"cannot listen on {host}: {why}") from unknown
        sockets: list[socket.socket] = []
        # One address may be told twice, as for a name that stands twice in the hosts file.
        for family, kind, protocol, _, address in dict.fromkeys(found):
            one = held.enter_context(socket.socket(family, kind, protocol))
            _bind(one, str(address[0]), sockets[0].getsockname()[1] if sockets else port)
            sockets.append(one)
        yield sockets


def listen(sockets: list[socket.socket]) -> None:
    """Whoever connects from here on is answered, though it may be in a moment. Raises CannotListen."""
    for one in sockets:
        host, port = one.getsockname()[:2]
        try:
            # Else the connections of this server would keep its successor from the port for a minute.
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            one.listen(_WAITING)
        except OSError as error:
            raise refused(host, port, error) from error


def address(sockets: list[socket.socket]) -> str:
    """Where the first of them is, as one writes it in front of a path."""
    host, port = sockets[0].getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _bind(one: socket.socket, host: str, port: int) -> None:
    try:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if one.family == socket.AF_INET6:
            # Else it takes the port of all IPv4 addresses too, and the socket for those can't be had.
            one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        one.bind((host, port))
        # Else another program could bind it too before anybody listens, and whoever listens last loses.
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
    except OSError as error:
        raise refused(host, port, error) from error
