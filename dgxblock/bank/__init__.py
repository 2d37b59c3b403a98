"""Banks of questions: from CSV, GIFT, Aiken and QTI 3 to our questions, and from ours to CSV and QTI 3.

`read` takes what a file has, and lists everything that it has besides, with its place and a sentence: nothing is lost
in silence. `write` makes a file of questions whose keys are the same for everybody; for others, `variant` makes such
ones of one trainee's data. `dgxblock.bank.place` puts what was taken into a document. No Django, no XBlock.
"""

from __future__ import annotations

from dgxblock.bank.csv_format import template
from dgxblock.bank.give import write
from dgxblock.bank.shape import Place, Refusal, Taken, Untakable, Written
from dgxblock.bank.take import read
from dgxblock.bank.variant import variant
from dgxblock.bank.words import FORMATS

__all__ = ["FORMATS", "Place", "Refusal", "Taken", "Untakable", "Written", "read", "template", "variant", "write"]
