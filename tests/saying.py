"""What commands say when something is wrong."""


def in_words(said: str) -> None:
    """Assert that a command ended in words of its own, not in an error that nobody expected."""
    assert "Traceback" not in said
    assert "unexpected" not in said
