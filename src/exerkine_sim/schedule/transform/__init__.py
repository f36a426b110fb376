"""Schedules made from Schedules: repeated, lightened, tapered, scaled, joined, cut and missed.

Each function returns a new Schedule, or refuses. Weeks and days count from day 1, sessions in their order.
What the percentages act on:

duration
    minutes of every endurance bout, recovery bouts too
rest
    pauses between the bouts of a session; no other percentage moves them
intensity
    intensity of every endurance bout, on the basis it is given in
load
    load of every lifting set
sets
    sets of each lift in a session: the last ones are dropped, or the last is done again after the same rest
volume
    duration and sets together; intensity and load are kept, and so are all sessions

Meals, infusions and the carbohydrate of a session stay as they are.
"""

from .growth import deload, repeat, scale, taper
from .selection import drop, excerpt, join, miss, weeks_of

__all__ = ["deload", "drop", "excerpt", "join", "miss", "repeat", "scale", "taper", "weeks_of"]
