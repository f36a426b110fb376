"""Each visitor alone, nothing from elsewhere, and a token where others can reach the server."""

from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from conftest import teaching


def plan_box(visit):
    return visit.page.locator("#side-a").get_by_label("The plan")


def test_what_one_does_another_does_not_see(visit):
    one, other = visit(), visit()
    before, plan = other.curve(), plan_box(other)
    written = plan.input_value()
    with one.changes():
        plan_box(one).fill("Mon 07:00 run 30m 90% VO2max")
    assert other.curve() == before
    assert plan.input_value() == written
    with other.changes():  # and goes on by itself
        plan.fill("Mon 07:00 run 20m 60% VO2max")
    assert max(other.curve()) != max(one.curve())


def test_all_that_there_is_to_see_comes_from_the_server_itself(visit):
    """Mathematics and fonts too; the browser of these tests could not find another machine."""
    page = visit()
    for tab in ("Organ map", "Why", "Lab", "Table", "Export"):
        page.page.get_by_role("tab", name=tab, exact=True).click()
        page.page.wait_for_timeout(500)
    assert any(url.endswith("/ws") or "/ws?" in url for url in page.requests)
    assert page.elsewhere() == []


def test_where_others_can_reach_it_only_the_token_opens_it(visit):
    with teaching("--host", "0.0.0.0") as told:
        parts = urlsplit(told)
        assert len(parts.query.removeprefix("token=")) >= 16
        here = f"http://127.0.0.1:{parts.port}"
        for locked in ("/enter?token=guessed", "/enter", "/"):
            with pytest.raises(HTTPError) as refusal:
                urlopen(here + locked)
            assert refusal.value.code == 403, locked
        page = visit(f"{here}{parts.path}?{parts.query}")
        assert page.curve()
        assert "token" not in page.page.url, "it is not left where it can be read over a shoulder"


def test_of_this_machine_alone_no_token_is_asked(address):
    parts = urlsplit(address)
    assert (parts.hostname, parts.query) == ("127.0.0.1", "")
    assert urlopen(address).status == 200
