"""Benchmarks that airspeed velocity runs; it imports all there is in this folder."""
