"""Figures of a Solution, of a Comparison, and of the order in which a Model is solved.

Nothing here needs a screen: figures are made without pyplot, and matplotlib is imported when one is drawn.
"""

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from .comparison import comparison
    from .figure import overview
    from .order import solving_order
    from .panel import timecourse
    from .style import save

__all__ = ["comparison", "overview", "save", "solving_order", "timecourse"]
# Words about a Solution are wanted without a figure, too.
__getattr__, __dir__, _ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "comparison": ["comparison"],
        "figure": ["overview"],
        "order": ["solving_order"],
        "panel": ["timecourse"],
        "style": ["save"],
    },
)
