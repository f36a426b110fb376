"""SBML read again: the same Model, bit for bit, and every other document refused in words."""

from xml.etree.ElementTree import fromstring, tostring

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from exerkine_sim.engine import Forcing
from exerkine_sim.errors import ExerkineError, InputError
from exerkine_sim.exchange import Member, from_sbml, member_of, remarks_on, sbml_of, to_sbml
from exerkine_sim.exchange.sbml import tree
from exerkine_sim.exchange.sbml.formula import expression_of
from exerkine_sim.exchange.sbml.mathml import Notation
from exerkine_sim.model import compose, module, positive
from exerkine_sim.schedule import parse_schedule
from exerkine_sim.simulate import simulate

QUICK = settings(max_examples=60, deadline=None)
PLAN = parse_schedule("Mon 07:00 run 20m 70% VO2max\nMon 08:00 meal 60g carbs")
NAMES = ("a.b", "c.d_e", "input.f")
STEPS = Forcing(
    np.array([10.0, 10.1, 12 + 1 / 3, 13.0]), np.array([[0.25], [0.25], [1 / 3]]), np.array([0.1])
)


@module("tracer", parameters={"elimination": "1/h", "half": "ng/L", "volume": "L"})
def tracer(m, p):
    dose = m.input("dose", "ng/h")
    m.pool("plasma", volume=p.volume, basal=p.half / 2, unit="ng/L", flux_unit="ng/h", site="serum")
    m.release("plasma", tissue="muscle", rate=dose, trigger="contraction")
    m.clear("plasma", rate=p.elimination * p.volume * positive(m.signal("tracer.plasma")))


@pytest.fixture(scope="module")
def text() -> str:
    constants = np.array([0.1 + 0.2, 1e-12 / 3, 5.0])
    return sbml_of(Member(compose([tracer]), constants, np.array([0.1]), STEPS))


@pytest.fixture(scope="module")
def shipped(runner) -> tuple[Member, str]:
    """A person who follows a plan, and the document of both."""
    one = member_of(PLAN, runner)
    return one, sbml_of(one)


def test_the_shipped_model_leaves_nothing_to_remark(shipped):
    pytest.importorskip("libsbml")
    assert remarks_on(shipped[1]) == []


def test_the_shipped_model_comes_back_and_simulates_to_the_same_bits(shipped, runner):
    given, text = shipped
    back = from_sbml(text)
    check_same(given, back)
    ours = simulate(PLAN, runner, model=given.model)
    theirs = simulate(PLAN, runner, model=back.model)
    assert theirs.dataset.equals(ours.dataset)


def check_same(given: Member, back: Member) -> None:
    """Names, units, equations and numbers are the very same."""
    ours, theirs = given.model, back.model
    assert theirs.digest() == ours.digest()
    for part in ("states", "parameters", "subject", "inputs", "observables", "terms", "modules"):
        assert getattr(theirs, part) == getattr(ours, part), part
    for part in ("rates", "guesses", "fluxes", "observed"):
        assert getattr(theirs.equations, part) == getattr(ours.equations, part), part
    assert dict(theirs.volumes) == dict(ours.volumes)
    for a, b in (
        (given.constants, back.constants),
        (given.start, back.start),
        (given.forcing.breakpoints, back.forcing.breakpoints),
        (given.forcing.inputs, back.forcing.inputs),
        (given.forcing.rest, back.forcing.rest),
    ):
        assert np.array_equal(a, b)


def test_breakpoints_at_which_nothing_changes_come_back(text):
    back = from_sbml(text)
    assert np.array_equal(back.forcing.breakpoints, STEPS.breakpoints)
    assert np.array_equal(back.forcing.inputs, STEPS.inputs)


def test_what_was_read_is_written_as_it_was(text):
    assert sbml_of(from_sbml(text)) == text


def test_a_file_is_read_as_its_text_is(text, tmp_path):
    (tmp_path / "tracer.xml").write_text(text, encoding="utf-8-sig")
    assert from_sbml(tmp_path / "tracer.xml").model.digest() == from_sbml(text).model.digest()


def test_a_document_that_libsbml_wrote_again_is_read(text):
    """Other programs keep what they do not know; libSBML keeps 15 digits."""
    libsbml = pytest.importorskip("libsbml")
    again = libsbml.writeSBMLToString(libsbml.readSBMLFromString(text))
    back = from_sbml(again)
    assert back.model.digest() == from_sbml(text).model.digest()
    assert back.constants == pytest.approx(from_sbml(text).constants, rel=1e-14)
    assert back.forcing.inputs == pytest.approx(STEPS.inputs, rel=1e-14)


def leaves() -> st.SearchStrategy:
    symbols = [sympy.Symbol(name, real=True) for name in NAMES]
    floats = st.floats(1e-6, 1e6).map(sympy.Float)
    return st.sampled_from(symbols) | st.integers(-9, 9).map(sympy.Integer) | floats


def grown(inner: st.SearchStrategy) -> st.SearchStrategy:
    several = st.lists(inner, min_size=2, max_size=3)
    varying = inner.filter(lambda one: bool(one.free_symbols))  # functions of numbers alone are refused
    exponents = st.sampled_from([sympy.Rational(n, 2) for n in (-3, -2, -1, 1, 2, 3, 5)])
    return (
        several.map(lambda parts: sympy.Add(*parts))
        | several.map(lambda parts: sympy.Mul(*parts))
        | st.tuples(varying, inner).map(lambda parts: sympy.Max(*parts, evaluate=False))
        | st.builds(lambda base, exponent: positive(base) ** exponent, varying, exponents)
        | varying.map(lambda part: sympy.exp(-positive(part)))
    )


@QUICK
@given(expression=st.recursive(leaves(), grown, max_leaves=12))
def test_an_expression_comes_back_as_it_is(expression):
    """Term by term, because a hash of the structure is made of it."""
    written = fromstring(tostring(Notation("dimensionless", lambda _: "dimensionless").math(expression)))
    assert expression_of(written, NAMES) == expression


TOWER = "<apply><power/>" * 3 + "<cn>9</cn>" + "<cn>60</cn></apply>" * 3
BOMB = '<!DOCTYPE a [<!ENTITY b "ha">]>'


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("<?xml", "not <?xml", "not valid XML"),
        ("</sbml>", "", "not valid XML"),
        ("<sbml", f"{BOMB}<sbml", "document type"),
        ('level="3"', 'level="2"', "level 2"),
        ("<listOfRules>", "<listOfReactions/><listOfRules>", "listOfReactions"),
        ("urn:exerkine-sim:model:1", "urn:other", "no annotation of exerkine-sim"),
        ("<ci>tracer__volume</ci>", "<ci>elsewhere</ci>", "unknown name 'elsewhere'"),
        ("<ci>tracer__volume</ci>", "<apply><sin/><ci>tracer__volume</ci></apply>", "'sin'"),
        ("<ci>tracer__volume</ci>", TOWER, "a power of a large number"),
        ("<ci>tracer__volume</ci>", "<cn>1e999</cn>", "the number '1e999'"),
        (
            "<ci>tracer__volume</ci>",
            '<cn type="integer">1234567890123456</cn>',
            "the number '1234567890123456'",
        ),
        ("<ci>tracer__volume</ci>", "<apply><divide/><cn>1</cn><cn>0</cn></apply>", "no number"),
        ("<ci>tracer__volume</ci>", "<apply><ln/><cn>-1</cn></apply>", "logarithm"),
        ("<ci>tracer__volume</ci>", "<apply>" * 200 + "</apply>" * 200, "levels"),
        ('unit="ng/L"', 'unit="m^99999999"', r"unit 'm\^99999999'"),
        ('unit="ng/L"', 'unit="zonk"', "unknown unit 'zonk'"),
        ('unit="ng/L"', 'unit="h"', "as in its annotation"),
        ('value="0.1"', 'value="nan"', "'nan'"),
        ("12.333333333333334 13.0", "12.5 13.0", "an event at 2.33333 h"),
        ("12.333333333333334 13.0", "9.0", "breakpoints"),
        ("<rateRule", "<algebraicRule", "valid XML|no formula"),
        ('variable="flux__', 'variable="flux_', "no formula"),
        ('kind="release"', 'kind="gift"', "release or loss"),
        ("definitionURL", "definitionUrl", "another form"),
        ("</trigger>", "</trigger><delay/>", "another form"),
        (' value="0.1"', "", "a finite number"),
        ('value="0.1"', 'value="0_1"', "'0_1'"),
        ('units="ng_per_L"', 'units="foo"', "as in its annotation"),
        ('timeUnits="h"', 'timeUnits="second"', "time in h"),
        ('encoding="text"', 'encoding="none"', None),
    ],
)
def test_what_is_no_document_of_ours_is_refused(text, old, new, words):
    assert old in text
    changed = text.replace(old, new, 1)
    if words is None:  # nothing that counts
        assert from_sbml(changed).model.digest() == from_sbml(text).model.digest()
        return
    with pytest.raises(ExerkineError, match=words):
        from_sbml(changed)


def test_a_bare_document_is_refused_with_the_way_out():
    bare = to_sbml(compose([tracer]), [1.0, 1.0, 5.0], start=[0.1], forcing=STEPS)
    with pytest.raises(InputError, match="export it again"):
        from_sbml(bare)


def test_what_is_too_large_is_refused_before_it_is_read(text, monkeypatch):
    monkeypatch.setattr(tree, "MAX_BYTES", 1000)
    with pytest.raises(InputError, match="bytes"):
        from_sbml(text)
    monkeypatch.undo()
    monkeypatch.setattr(tree, "MAX_ELEMENTS", 10)
    with pytest.raises(InputError, match="too many elements"):
        from_sbml(text)


@QUICK
@given(
    start=st.floats(0, 1), length=st.integers(0, 60), put=st.sampled_from(["", "<", "0", "&", "<x/>", "-1"])
)
def test_a_damaged_document_is_read_or_refused(text, start, length, put):
    place = int(start * len(text))
    try:
        found = from_sbml(text[:place] + put + text[place + length :])
    except ExerkineError:
        return
    assert isinstance(found, Member)
