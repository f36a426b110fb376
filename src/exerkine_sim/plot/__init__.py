"""Figures of Solutions, Comparisons, people, samples and sensitivities, and of how a Model is solved.

Nothing here needs a screen: figures are made without pyplot, and matplotlib is imported when one is drawn.
"""

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from .calendar import calendar
    from .comparison import comparison
    from .contrast import contrast
    from .exposure import exposure
    from .factors import factor_map, screening, tornado
    from .figure import overview
    from .fitted import fitted
    from .months import months
    from .order import solving_order
    from .panel import timecourse
    from .profile import profile
    from .responders import waterfall
    from .resting import resting
    from .sampling import sampling
    from .settling import funnel, indices_over_time
    from .style import save

__all__ = [
    "calendar",
    "comparison",
    "contrast",
    "exposure",
    "factor_map",
    "fitted",
    "funnel",
    "indices_over_time",
    "months",
    "overview",
    "profile",
    "resting",
    "sampling",
    "save",
    "screening",
    "solving_order",
    "timecourse",
    "tornado",
    "waterfall",
]
# Words about a Solution are wanted without a figure, too.
__getattr__, __dir__, _ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "calendar": ["calendar"],
        "comparison": ["comparison"],
        "contrast": ["contrast"],
        "figure": ["overview"],
        "fitted": ["fitted"],
        "exposure": ["exposure"],
        "factors": ["factor_map", "screening", "tornado"],
        "months": ["months"],
        "order": ["solving_order"],
        "panel": ["timecourse"],
        "profile": ["profile"],
        "responders": ["waterfall"],
        "resting": ["resting"],
        "sampling": ["sampling"],
        "settling": ["funnel", "indices_over_time"],
        "style": ["save"],
    },
)
