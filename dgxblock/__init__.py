"""Teaching cases, graded practice and certification for Open edX, built for the digital transformation of factories."""

from __future__ import annotations

__version__ = "0.1.0"
