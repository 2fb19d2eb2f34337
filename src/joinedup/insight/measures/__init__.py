"""Measures: defined figures with counting rules for each nation, computed by Ibis expressions."""

from joinedup.insight.measures.running import run_all

__all__ = ["run_all"]
