"""Tests of `dgxblock.bank`."""
