"""Reconciliation: do both sides hold the same? Found out by digests of days, and settled by look-ups and people."""
