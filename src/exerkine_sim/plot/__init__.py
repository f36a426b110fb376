"""Figures of Solutions, Comparisons, people, samples and sensitivities, and of how a Model is solved.

Nothing here needs a screen: figures are made without pyplot, and matplotlib is imported when one is drawn.
"""

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from .animation import animate_organs
    from .calendar import calendar
    from .claims import claims
    from .comparison import comparison
    from .contrast import contrast
    from .dark import dark
    from .exposure import exposure
    from .factors import factor_map, screening, tornado
    from .figure import overview
    from .fitted import fitted
    from .flux import fluxes
    from .heat import heat
    from .months import months
    from .order import solving_order
    from .organs import organs
    from .panel import timecourse
    from .peaks import peaks
    from .phase import phase
    from .profile import profile
    from .responders import waterfall
    from .resting import resting
    from .sampling import sampling
    from .scoreboard import scoreboard
    from .settling import funnel, indices_over_time
    from .style import save

__all__ = [
    "animate_organs",
    "calendar",
    "claims",
    "comparison",
    "contrast",
    "dark",
    "exposure",
    "factor_map",
    "fitted",
    "fluxes",
    "funnel",
    "heat",
    "indices_over_time",
    "months",
    "organs",
    "overview",
    "peaks",
    "phase",
    "profile",
    "resting",
    "sampling",
    "save",
    "scoreboard",
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
        "animation": ["animate_organs"],
        "calendar": ["calendar"],
        "claims": ["claims"],
        "comparison": ["comparison"],
        "dark": ["dark"],
        "contrast": ["contrast"],
        "figure": ["overview"],
        "fitted": ["fitted"],
        "flux": ["fluxes"],
        "exposure": ["exposure"],
        "factors": ["factor_map", "screening", "tornado"],
        "heat": ["heat"],
        "months": ["months"],
        "order": ["solving_order"],
        "organs": ["organs"],
        "panel": ["timecourse"],
        "phase": ["phase"],
        "peaks": ["peaks"],
        "profile": ["profile"],
        "responders": ["waterfall"],
        "resting": ["resting"],
        "sampling": ["sampling"],
        "scoreboard": ["scoreboard"],
        "settling": ["funnel", "indices_over_time"],
        "style": ["save"],
    },
)
