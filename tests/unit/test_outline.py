"""A Model that is known from its outline is the Model that would be composed."""

import dataclasses
import json

import numpy as np
import pytest

from exerkine_sim.batch import system_of
from exerkine_sim.engine import Deferred
from exerkine_sim.files import CACHE_VARIABLE
from exerkine_sim.model import Model, Outline, compose, outlined
from exerkine_sim.physiology import default_model, modules


@pytest.fixture(scope="module")
def composed() -> Model:
    return compose(modules())


def refused() -> Model:
    raise AssertionError("composed again")


@pytest.fixture
def known(composed, tmp_path, monkeypatch) -> Model:
    """What a second process sees."""
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path))
    outlined(lambda: composed, key="same")
    return outlined(refused, key="same")


def test_an_outline_holds_all_that_is_text(known, composed):
    for one in dataclasses.fields(Outline):
        assert getattr(known, one.name) == getattr(composed, one.name), one.name
    for name in ("parameters", "subject", "inputs", "modules"):
        assert list(getattr(known, name)) == list(getattr(composed, name)), name  # the order of columns


def test_equations_are_composed_when_they_are_asked_for(known):
    with pytest.raises(AssertionError, match="composed again"):
        _ = known.rates


def test_equations_and_outline_are_composed_once(composed, tmp_path, monkeypatch):
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path))
    times = []
    model = outlined(lambda: times.append(1) or composed, key="other")
    assert model.rates == composed.rates
    assert len(times) == 1


def test_another_key_is_another_model(known):
    smaller = compose([one for one in modules() if one.name != "irisin"])
    assert outlined(lambda: smaller, key="without irisin").exerkines != known.exerkines


def test_the_kept_outline_is_json(known, tmp_path):
    (place,) = tmp_path.rglob("same.json")
    assert json.loads(place.read_bytes()[32:])["fingerprint"] == known.digest()  # after the checksum


def test_the_shipped_model_is_the_composed_one(composed):
    assert default_model().digest() == composed.digest()
    assert default_model().key is not None


def test_a_deferred_system_is_the_system_that_would_be_made(composed):
    later, now = system_of(default_model()), system_of(composed)
    assert isinstance(later, Deferred)
    assert not isinstance(now, Deferred)
    assert later.sizes == now.sizes
    for one in dataclasses.fields(now):
        assert getattr(later, one.name) == getattr(now, one.name), one.name
    rng = np.random.default_rng(0)
    y, p, u, _ = (rng.uniform(0.1, 0.9, size).tolist() for size in now.sizes)
    assert later.rhs(y, p, u) == now.rhs(y, p, u)
