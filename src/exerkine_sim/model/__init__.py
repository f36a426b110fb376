"""The Model contract: symbolic equations, written once, from which everything else is derived."""

from .builder import MUSCLES, Builder, Module, Parameters, hill, module, positive
from .compose import compose, unused_parameters
from .contract import Flux, Model, Observable, State
from .dimensions import check_dimensions

__all__ = [
    "MUSCLES",
    "Builder",
    "Flux",
    "Model",
    "Module",
    "Observable",
    "Parameters",
    "State",
    "check_dimensions",
    "compose",
    "hill",
    "module",
    "positive",
    "unused_parameters",
]
