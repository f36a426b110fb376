"""The claims ledger: what the literature says, simulated, and judged by what comes out."""

from .claim import Arm, Claim, Expectation, Measure
from .comparison import Amount, Comparison, Quantity, parse_amount, parse_comparison
from .file import MeasureTable
from .ledger import Finding, Ledger, Ruling, check_claims, readings_of
from .load import (
    amount_of,
    check_different,
    comparison_of,
    find_claim,
    load_claims,
    measure_of,
    placed,
    shipped_claims,
)
from .page import GRADES, page_of, written
from .reading import Reading

__all__ = [
    "GRADES",
    "Amount",
    "Arm",
    "Claim",
    "Comparison",
    "Expectation",
    "Finding",
    "Ledger",
    "Measure",
    "MeasureTable",
    "Quantity",
    "Reading",
    "Ruling",
    "amount_of",
    "check_claims",
    "check_different",
    "comparison_of",
    "find_claim",
    "load_claims",
    "measure_of",
    "page_of",
    "parse_amount",
    "parse_comparison",
    "placed",
    "readings_of",
    "shipped_claims",
    "written",
]
