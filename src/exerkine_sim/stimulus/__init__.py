"""From a Schedule and a Subject to piecewise-constant inputs."""

from .stimulus import Stimulus, build_stimulus

__all__ = ["Stimulus", "build_stimulus"]
