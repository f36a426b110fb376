"""One molecule in detail."""

from __future__ import annotations

import panel as pn

from ..solution import Solution


class Detail:
    """What a molecule is made of and what moves it."""

    def __init__(self) -> None:
        self.view = pn.Column()

    def show(self, solution: Solution, exerkine: str, at_h: float) -> None:
        """Show a molecule of a Solution at a moment."""
