"""The organ map."""

from __future__ import annotations

import panel as pn

from ..solution import Solution


class OrganMap:
    """Organs and what flows between them."""

    def __init__(self) -> None:
        self.view = pn.Column()

    def show(self, solution: Solution) -> None:
        """Show the fluxes of a Solution."""
