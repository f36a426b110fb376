"""From a Schedule and Subjects to piecewise-constant inputs."""

from .stimulus import Stimulus, build_stimuli, build_stimulus

__all__ = ["Stimulus", "build_stimuli", "build_stimulus"]
