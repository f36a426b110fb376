"""Figures of a Solution, of a Comparison, of a Sensitivity, and of the order in which a Model is solved.

Nothing here needs a screen: figures are made without pyplot, and matplotlib is imported when one is drawn.
"""

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from .calendar import calendar
    from .comparison import comparison
    from .exposure import exposure
    from .factors import factor_map, screening, tornado
    from .figure import overview
    from .months import months
    from .order import solving_order
    from .panel import timecourse
    from .resting import resting
    from .settling import funnel, indices_over_time
    from .style import save

__all__ = [
    "calendar",
    "comparison",
    "exposure",
    "factor_map",
    "funnel",
    "indices_over_time",
    "months",
    "overview",
    "resting",
    "save",
    "screening",
    "solving_order",
    "timecourse",
    "tornado",
]
# Words about a Solution are wanted without a figure, too.
__getattr__, __dir__, _ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "calendar": ["calendar"],
        "comparison": ["comparison"],
        "figure": ["overview"],
        "exposure": ["exposure"],
        "factors": ["factor_map", "screening", "tornado"],
        "months": ["months"],
        "order": ["solving_order"],
        "panel": ["timecourse"],
        "resting": ["resting"],
        "settling": ["funnel", "indices_over_time"],
        "style": ["save"],
    },
)
