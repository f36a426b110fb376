"""Figures of a Solution, of a Comparison, and of the order in which a Model is solved.

Nothing here needs a screen: figures are made without pyplot, and matplotlib is imported when one is drawn.
"""

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from .calendar import calendar
    from .comparison import comparison
    from .exposure import exposure
    from .figure import overview
    from .fitted import fitted
    from .months import months
    from .order import solving_order
    from .panel import timecourse
    from .resting import resting
    from .style import save

__all__ = [
    "calendar",
    "comparison",
    "exposure",
    "fitted",
    "months",
    "overview",
    "resting",
    "save",
    "solving_order",
    "timecourse",
]
# Words about a Solution are wanted without a figure, too.
__getattr__, __dir__, _ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "calendar": ["calendar"],
        "comparison": ["comparison"],
        "figure": ["overview"],
        "fitted": ["fitted"],
        "exposure": ["exposure"],
        "months": ["months"],
        "order": ["solving_order"],
        "panel": ["timecourse"],
        "resting": ["resting"],
        "style": ["save"],
    },
)
