"""Integration of batches of members; knows arrays and expressions, not exercise."""

from .contract import Forcing, Status, Trajectories
from .steady import state_scale, steady_state
from .system import System, array_function

__all__ = ["Forcing", "Status", "System", "Trajectories", "array_function", "state_scale", "steady_state"]
