"""The lab of guided questions."""

from __future__ import annotations

from collections.abc import Callable

import panel as pn

from .setting import Setting

Apply = Callable[[Setting, Setting | None, tuple[str, ...]], None]


class Lab:
    """Guided questions that set the controls of the page."""

    def __init__(self, apply: Apply) -> None:
        self.view = pn.Column()
        self._apply = apply
