"""What a device tells in a FIT file, without the file, and what it comes to."""

from exerkine_sim.schedule.readers import Dated
from exerkine_sim.schedule.readers.fit_messages import Message, Messages


def messages(**named: list[dict]) -> Messages:
    """Return messages by name, each from its fields."""
    return Messages({name: [Message(fields) for fields in given] for name, given in named.items()})


def rows(dated: Dated) -> list[tuple]:
    """Return start and length in minutes, mode and intensity of each bout."""
    return [(one.start_min, one.duration_min, one.mode, str(one.intensity)) for one in dated.session.bouts]
