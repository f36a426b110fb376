"""The door of a server that others can reach: who has its token comes in, by a cookie from then on."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from typing import Any

from bokeh.server.auth_provider import AuthProvider
from tornado.httputil import HTTPServerRequest
from tornado.web import RequestHandler

COOKIE, ENTRY = "exerkine-sim", "/enter"
REFUSAL = "This page is for those who have its whole address, with the token. Ask who runs it."


class Gate(AuthProvider):
    """Lets in who has the token.

    Parameters
    ----------
    token : str, optional
        Made of the system's randomness when left out.
    """

    def __init__(self, token: str | None = None) -> None:
        self.token = secrets.token_urlsafe(16) if token is None else token
        super().__init__()

    @property
    def get_user(self) -> Callable[[HTTPServerRequest], Any]:
        """Say who asks: a guest where the cookie holds the token, else nobody."""

        def user(handler: Any) -> str | None:
            return "guest" if self.opens(handler.get_cookie(COOKIE)) else None

        return user

    @property
    def login_url(self) -> str:
        """Where the token is shown."""
        return ENTRY

    @property
    def login_handler(self) -> type[RequestHandler]:
        """What looks at the token, once."""
        gate = self

        class Entry(RequestHandler):
            def get(self) -> None:
                if not gate.opens(self.get_query_argument("token", "")):
                    self.set_status(403)
                    self.set_header("Content-Type", "text/plain; charset=utf-8")
                    self.finish(REFUSAL)
                    return
                self.set_cookie(COOKIE, gate.token, httponly=True, samesite="Lax")
                self.redirect("/")

        return Entry

    def opens(self, shown: str | None) -> bool:
        """Return whether what is shown is the token, in a time that tells nothing about it."""
        return shown is not None and hmac.compare_digest(shown.encode(), self.token.encode())
