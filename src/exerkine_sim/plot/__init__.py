"""Figures of Solutions, Comparisons, people, samples and sensitivities, and of how a Model is solved.

Nothing here needs a screen: figures are made without pyplot, and matplotlib is imported when one is drawn.
"""

import lazy_loader

# Words about a Solution are wanted without a figure, too; what there is stands in __init__.pyi.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
