"""The server of the teaching app: one process, reached from this machine only unless told otherwise."""

from __future__ import annotations

import errno
import secrets
import socket
import threading
import webbrowser
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import panel as pn
from bokeh.server.auth_provider import NullAuth
from bokeh.server.server import Server

from ..dossier import dossier
from ..errors import InputError
from .controls import usual_setting
from .curves import USUAL
from .gate import COOKIE, ENTRY, Gate
from .lesson import Lesson, load_lab
from .page import Page
from .setting import simulated

LOOPBACK, EVERYWHERE = ("127.0.0.1", "localhost"), "0.0.0.0"
PORT, MAX_SESSIONS = 5006, 50
MAX_MESSAGE_BYTES = 200_000  # what one visitor may say at once; a plan has 20 kB
EXPIRY_MS, CHECK_MS = 60_000, 15_000
FULL = "{% block contents %}<p>All places are taken. Try again in a minute.</p>{% endblock %}"


@dataclass
class Room:
    """The visitors of a server, of whom only the number is known, and whether the model is warm."""

    places: int = MAX_SESSIONS
    taken: int = 0
    lessons: Sequence[Lesson] | None = None
    warm: threading.Event = field(default_factory=threading.Event)

    def enter(self) -> None:
        """Make the page of one more visitor, or say that there is no place."""
        doc: Any = pn.state.curdoc
        if self.taken >= self.places:
            doc.template = FULL
            return
        self.taken += 1
        doc.on_session_destroyed(lambda _context: self._leave())
        Page(doc, self.warm, self.lessons)

    def warm_up(self) -> None:
        """Compile and run the model once, and read what the views show, so that nobody waits for it."""
        try:
            solution = simulated(usual_setting())
        finally:
            self.warm.set()
        load_lab()
        solution.fluxes(USUAL[0])
        dossier(USUAL[0])

    def _leave(self) -> None:
        self.taken -= 1


@dataclass(frozen=True)
class Address:
    """Where a server listens, and what opens it; nothing has to where nobody else can reach it."""

    host: str
    port: int
    token: str | None = None

    def url(self) -> str:
        """Return what to type into a browser."""
        place = f"http://{_names(self.host)[0]}:{self.port}/"
        return place if self.token is None else f"{place}{ENTRY[1:]}?token={self.token}"


def make_server(
    *, host: str = LOOPBACK[0], port: int = PORT, lessons: Sequence[Lesson] | None = None
) -> tuple[Server, Address]:
    """Return a server that listens and is yet to be run, and its address.

    Parameters
    ----------
    host : str
        Name or address to listen on; a token is needed where that is not this machine alone.
    port : int
        0 for any that is free.
    lessons : sequence of Lesson, optional
        Of the lab; the shipped ones when left out.

    Raises
    ------
    InputError
        When the port is taken, or there is no such host.
    """
    listener = _listening(host, port)
    port = listener.getsockname()[1]
    listener.close()
    gate, room = None if host in LOOPBACK else Gate(), Room(lessons=lessons)
    server = pn.io.server.get_server(
        {"/": room.enter},  # type: ignore[arg-type]
        port=port,
        address=host,
        start=False,
        websocket_origin=[f"{name}:{port}" for name in _names(host)],
        auth_provider=NullAuth() if gate is None else gate,
        sign_sessions=True,
        secret_key=secrets.token_hex(32),
        exclude_cookies=[COOKIE],
        exclude_headers=["Cookie"],
        websocket_max_message_size=MAX_MESSAGE_BYTES,
        unused_session_lifetime_milliseconds=EXPIRY_MS,
        check_unused_sessions_milliseconds=CHECK_MS,
    )
    threading.Thread(target=room.warm_up, daemon=True).start()
    return server, Address(host, port, None if gate is None else gate.token)


def serve(
    *,
    host: str = LOOPBACK[0],
    port: int = PORT,
    browser: bool = True,
    lessons: Sequence[Lesson] | None = None,
    told: Callable[[str], None] = print,
) -> None:
    """Serve the app until it is interrupted.

    Parameters
    ----------
    host, port, lessons
        As in :func:`make_server`.
    browser : bool
        Whether to open it.
    told : callable
        Takes the address, once it can be asked.
    """
    server, address = make_server(host=host, port=port, lessons=lessons)
    server.start()
    told(address.url())
    if browser:
        server.io_loop.add_callback(webbrowser.open, address.url())
    try:
        server.io_loop.start()
    finally:
        server.stop()


def _listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens there, or say why none can."""
    try:
        return socket.create_server((host, port))
    except (OSError, OverflowError) as problem:
        taken = getattr(problem, "errno", None) == errno.EADDRINUSE
        raise InputError(
            f"port {port} is taken" if taken else f"cannot listen on {host} port {port}: {problem}",
            expected="a free port" if taken else "a name or IPv4 address of this machine",
            fix=f"--port {port + 1}, or --port 0 for any that is free" if taken else "leave --host out",
            field="--port" if taken else "--host",
        ) from None


def _names(host: str) -> tuple[str, ...]:
    """Return the names by which a browser may ask for the page, the best first."""
    if host in LOOPBACK:
        return (host, *(name for name in LOOPBACK if name != host))
    if host != EVERYWHERE:
        return (host,)
    name = socket.gethostname()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # nothing is sent: the system only says from where it would be
            outward = [probe.getsockname()[0]]
        except OSError:
            outward = []
    return (*outward, name, *LOOPBACK)
