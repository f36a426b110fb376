"""The server of the teaching app: one process, this machine only unless told otherwise."""

from __future__ import annotations

import threading

import panel as pn
from bokeh.server.server import Server

from .page import Page
from .setting import Setting, simulated

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def server(*, host: str = "127.0.0.1", port: int = 0) -> Server:
    """Return a server that listens, and has yet to be run."""

    def page() -> None:
        Page(pn.state.curdoc)

    return pn.io.server.get_server(
        {"/": page}, port=port, address=host, start=False, websocket_origin=[f"{host}:{port}"]
    )
