"""Which samples to take: what each would tell of a person's parameters, before any is taken."""

from .cure import Sample, curing
from .design import sampling_times
from .result import SamplingDesign

__all__ = ["Sample", "SamplingDesign", "curing", "sampling_times"]
