"""A question that depends on a trainee's data, written down for one of them."""

from __future__ import annotations

from dgxblock import bank
from dgxblock.bank import own
from dgxblock.content.model import ChoiceItem, ClassifyItem, MatchItem, NumberItem, OrderItem
from dgxblock.items import kind_of
from dgxblock.lab import build
from tests.builders import everything


def test_the_key_of_the_variant_is_the_key_of_the_trainee() -> None:
    document = everything.exercise()
    sheet = build(document.dataset, "somebody")
    items, values = bank.variant(document.items, sheet)
    assert [each.id for each in items] == [each.id for each in document.items]
    constant = own.constants_of(values)
    seen = set()
    for before, after in zip(document.items, items, strict=True):
        if isinstance(after, NumberItem):
            assert own.is_fixed(after, constant)
            assert constant[after.ref] == sheet.values[before.ref]  # type: ignore[union-attr]
        elif isinstance(after, ChoiceItem | OrderItem | MatchItem | ClassifyItem):
            assert own.is_fixed(after, constant)
            assert kind_of(after).key(after, sheet) == kind_of(before).key(before, sheet)
        seen.add(after.kind)
    assert {"number", "choice", "order", "match", "classify"} <= seen


def test_kinds_without_a_counterpart_stay_and_are_named() -> None:
    document = everything.exercise()
    items, values = bank.variant(document.items, build(document.dataset, "somebody"))
    for format in ("csv", "qti"):
        made = bank.write(format, items, values)
        assert sorted(dict(each.params)["kind"] for each in made.refused) == [
            "cells",
            "essay",
            "points",
            "sql",
            "workbook",
        ]
        taken = bank.read(made.filename, made.data)
        assert taken.refused == () and len(taken.items) == made.written == len(items) - 5
        assert set(taken.items) <= set(items)
