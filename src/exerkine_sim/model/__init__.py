"""The Model contract: symbolic equations, written once, from which everything else is derived."""

from typing import TYPE_CHECKING

import lazy_loader

from .contract import Equations, Flux, Model, Observable, Outline, State, Term

if TYPE_CHECKING:
    from .ancestry import model_behind, parameters_behind
    from .builder import MUSCLES, Builder, Module, Parameters, hill, module, positive
    from .change import Change, hold, with_pool
    from .composition import assembled, compose, unused_parameters
    from .dimensions import check_dimensions
    from .outline import outlined
    from .typeset import Equation, equations_of

__all__ = [
    "MUSCLES",
    "Builder",
    "Change",
    "Equation",
    "Equations",
    "Flux",
    "Model",
    "Module",
    "Observable",
    "Outline",
    "Parameters",
    "State",
    "Term",
    "assembled",
    "check_dimensions",
    "compose",
    "equations_of",
    "hill",
    "hold",
    "model_behind",
    "module",
    "outlined",
    "parameters_behind",
    "positive",
    "unused_parameters",
    "with_pool",
]
# What writes equations needs sympy, which is slow to import and which a known Model does without.
__getattr__, __dir__, _ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "ancestry": ["model_behind", "parameters_behind"],
        "builder": ["MUSCLES", "Builder", "Module", "Parameters", "hill", "module", "positive"],
        "change": ["Change", "hold", "with_pool"],
        "composition": ["assembled", "compose", "unused_parameters"],
        "dimensions": ["check_dimensions"],
        "outline": ["outlined"],
        "typeset": ["Equation", "equations_of"],
    },
)
