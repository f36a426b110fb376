"""Times as XML files write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone


def moment_of(text: str) -> tuple[float, timezone | None] | None:
    """Return seconds since 1970 and the zone of a time, or None for what is no time.

    A time without a zone is counted as if it were UTC, so that differences hold.

    Examples
    --------
    >>> moment_of("2026-05-03T06:00:00+02:00")[0] == moment_of("2026-05-03T04:00:00Z")[0]
    True
    >>> moment_of("yesterday") is None
    True
    """
    try:
        moment = datetime.fromisoformat(text[:40])
        offset = moment.utcoffset()
        counted = moment if offset is not None else moment.replace(tzinfo=UTC)
        return counted.timestamp(), None if offset is None else timezone(offset)
    except (ValueError, OverflowError):
        return None


def zone_remark(zone: timezone | None) -> list[str]:
    """Return what to say about the clock of a file whose times are in UTC.

    Examples
    --------
    >>> zone_remark(timezone(timedelta(hours=2)))
    []
    """
    in_utc = zone is not None and zone.utcoffset(None) == timedelta(0)
    return ["the file does not say its time zone: its clock is UTC"] if in_utc else []
