"""The claims ledger: what the literature says, simulated, and judged by what comes out."""

from .claim import Arm, Claim, Expectation, Measure
from .comparison import Comparison, Quantity, parse_comparison
from .ledger import Finding, Ledger, Ruling, check_claims
from .load import find_claim, load_claims, shipped_claims
from .page import GRADES, account_of, page_of, written
from .reading import Reading

__all__ = [
    "GRADES",
    "Arm",
    "Claim",
    "Comparison",
    "Expectation",
    "Finding",
    "Ledger",
    "Measure",
    "Quantity",
    "Reading",
    "Ruling",
    "account_of",
    "check_claims",
    "find_claim",
    "load_claims",
    "page_of",
    "parse_comparison",
    "shipped_claims",
    "written",
]
