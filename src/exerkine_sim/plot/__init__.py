"""Figures of a Solution, of a Comparison, of what samples tell, and of the order in which a Model is solved.

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
    from .profile import profile
    from .responders import waterfall
    from .resting import resting
    from .sampling import sampling
    from .style import save

__all__ = [
    "calendar",
    "comparison",
    "exposure",
    "fitted",
    "months",
    "overview",
    "profile",
    "resting",
    "sampling",
    "save",
    "solving_order",
    "timecourse",
    "waterfall",
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
        "profile": ["profile"],
        "responders": ["waterfall"],
        "resting": ["resting"],
        "sampling": ["sampling"],
        "style": ["save"],
    },
)
