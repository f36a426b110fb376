"""What is not known for sure: beliefs about numbers, what trials leave of that, and draws of it."""

from .draw import FARTHEST, log_normal, normal, sigma_ln, uniform
from .posterior import SHIPPED, Posterior, drawn, load_posterior
from .prior import Prior, Scale, priors_of

__all__ = [
    "FARTHEST",
    "SHIPPED",
    "Posterior",
    "Prior",
    "Scale",
    "drawn",
    "load_posterior",
    "log_normal",
    "normal",
    "priors_of",
    "sigma_ln",
    "uniform",
]
