"""The variant gate: what must be true of every learner's data, tried on many of them."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from dgxblock.content.findings import Finding
from dgxblock.content.folder import Folder, Located, look, look_at
from dgxblock.content.messages import QUERY_REASONS
from dgxblock.content.model import Assessment, Dataset, Exercise
from dgxblock.desk import keys
from dgxblock.desk.keys import Fault
from dgxblock.desk.opened import Opened, open_all
from dgxblock.lab import LabError, Sheet

__all__ = ["Tried", "located", "name_of", "try_all", "try_seeds"]

_CHUNK: Final = 40
"""Seeds a task: a few seconds of work, so that all cores end at about the same time."""
_PATIENT: Final = 10
"""With fewer seeds than this, starting processes takes longer than the work."""


@dataclass
class Tried:
    """What was found: each fault with the names of its seeds in order, and the keys of each question, two at most."""

    faults: dict[Fault, list[str]] = field(default_factory=dict)
    keys: dict[tuple[Path, str], set[str]] = field(default_factory=dict)

    def add(self, other: Tried, /) -> None:
        for fault, seeds in other.faults.items():
            self.faults.setdefault(fault, []).extend(seeds)
        for item, found in other.keys.items():
            self.keys.setdefault(item, set()).update(found)

    @property
    def varying(self) -> int:
        """How many questions do not ask everybody the same."""
        return sum(len(found) > 1 for found in self.keys.values())


def name_of(number: int, /) -> str:
    """The seed of a variant. An author who writes it into the data set's ``seed`` sees what that trainee would."""
    return f"variant:{number}"


def try_seeds(opened: Iterable[Opened], seeds: Sequence[str], /) -> Tried:
    """Try the documents of one folder on these seeds, each data set once a seed."""
    tried = Tried()
    together: dict[Dataset, list[Opened]] = defaultdict(list)
    for each in opened:
        together[each.dataset].append(each)
    for dataset, documents in together.items():
        for seed in seeds:
            try:
                sheet = _sheet(dataset, seed)
            except LabError as error:
                _note(tried, seed, [_in_dataset(documents[0], error)])
            else:
                _note(tried, seed, keys.ranges(documents[0], sheet))
                for document in documents:
                    _document(tried, document, sheet)
    return tried


def _sheet(dataset: Dataset, seed: str) -> Sheet:
    """The data of a seed. What took too long gets another chance: the machine may be busy with other variants."""
    for _again in range(2):
        try:
            return Sheet(dataset, seed)
        except LabError as error:
            if error.code != "deadline":
                raise
    return Sheet(dataset, seed)


def _document(tried: Tried, opened: Opened, sheet: Sheet) -> None:
    if not isinstance(opened.document, Exercise | Assessment):
        return
    for item in opened.document.items:
        _note(tried, sheet.seed, keys.faults(opened, item, sheet))
        found = tried.keys.setdefault((opened.path, item.id), set())
        if len(found) < 2:
            found.add(keys.key_of(item, sheet))


def _note(tried: Tried, seed: str, faults: Iterable[Fault]) -> None:
    for fault in faults:
        tried.faults.setdefault(fault, []).append(seed)


def _in_dataset(opened: Opened, error: LabError) -> Fault:
    table = any(each.name == error.where for each in opened.dataset.tables)
    place = opened.in_data(f"{'table' if table else 'value'}#{error.where}", *(["select"] if table else []))
    return keys.lab_fault(place, error.where, error)


def try_all(folders: Sequence[Folder], count: int, /) -> Tried:
    """Try `count` variants of each folder, on all cores."""
    tasks = [
        (folder.path, tuple(sorted(folder.trees)), first, min(count, first + _CHUNK - 1))
        for folder in folders
        for first in range(1, count + 1, _CHUNK)
    ]
    tried = Tried()
    if count < _PATIENT or (os.cpu_count() or 1) == 1:
        for task in tasks:
            tried.add(_task(task))
        return tried
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        for part in pool.map(_task, tasks):
            tried.add(part)
    return tried


def _task(task: tuple[Path, tuple[Path, ...], int, int], /) -> Tried:
    path, files, first, last = task
    return try_seeds(_documents(path, files), [name_of(number) for number in range(first, last + 1)])


@lru_cache(maxsize=1)
def _documents(path: Path, files: tuple[Path, ...], /) -> list[Opened]:
    """The documents of a folder, whose tasks a process meets one after the other."""
    return open_all(look_at(files[0]) if len(files) == 1 else look(path))


def located(tried: Tried, /) -> list[Located]:
    """The faults as findings, each with the seeds for which it was found."""
    return sorted(_located(fault, seeds) for fault, seeds in tried.faults.items())


def _located(fault: Fault, seeds: list[str]) -> Located:
    params = dict(fault.params)
    if "reason" in params:
        params["reason"] = QUERY_REASONS[params["reason"]]
    made = Finding.of(fault.code, fault.place.line, fault.place.column, **params)
    # not through `of`, which would cut a long list short: every failing seed is named
    made = Finding(made.line, made.column, made.level, made.code, (*made.message_params, ("seeds", _spans(seeds))))
    return Located(fault.place.path, made)


def _spans(seeds: Iterable[str]) -> str:
    """Names of seeds, those of variants in a row as ``variant:3-7``."""
    numbers: list[int] = []
    others: list[str] = []
    for seed in dict.fromkeys(seeds):
        kind, _, number = seed.rpartition(":")
        if kind == "variant" and number.isdecimal():
            numbers.append(int(number))
        else:
            others.append(seed)
    spans: list[list[int]] = []
    for one in sorted(numbers):
        if spans and spans[-1][1] == one - 1:
            spans[-1][1] = one
        else:
            spans.append([one, one])
    return ", ".join([*others, *(name_of(first) + (f"-{last}" if last > first else "") for first, last in spans)])
