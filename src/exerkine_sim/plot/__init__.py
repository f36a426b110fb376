"""Figures of a Solution, one molecule on given axes or everything on one page; the solving order of a Model.

Nothing here needs a screen: figures are made without pyplot, and matplotlib is imported when one is drawn.
"""

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from .figure import overview
    from .order import solving_order
    from .panel import timecourse
    from .style import save

__all__ = ["overview", "save", "solving_order", "timecourse"]
# Words about a Solution are wanted without a figure, too.
__getattr__, __dir__, _ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "figure": ["overview"],
        "order": ["solving_order"],
        "panel": ["timecourse"],
        "style": ["save"],
    },
)
