"""YAML as schemes are written in: one plain document, every value with the line that it stands on.

A subset that cannot surprise: no anchors (which can grow without end), no tags, no dates, no name twice.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from dgxblock.i18n import gettext as _

__all__ = ["MAX_BYTES", "Fault", "Parsed", "Path", "parse"]

MAX_BYTES: Final = 256 * 1024
_MAX_DEPTH: Final = 12
_DATE: Final = "tag:yaml.org,2002:timestamp"
_TAGS: Final = {f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null")}

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong where. `line` counts from 1; `field` is like ``requirements[1].min_percent``, or empty."""

    file: str
    line: int
    field: str
    text: str

    def __str__(self) -> str:
        place = _("%(file)s, line %(line)s", file=self.file, line=self.line)
        return f"{place}, {self.field}: {self.text}" if self.field else f"{place}: {self.text}"


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document as JSON values; `lines` has the line of every value by its path."""

    file: str
    data: Any
    lines: Mapping[Path, int] = field(repr=False)

    def fault(self, path: Path, text: str, /) -> Fault:
        """A fault at a value; at the nearest one around it that there is."""
        at = path
        while at and at not in self.lines:
            at = at[:-1]
        name = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")
        return Fault(self.file, self.lines.get(at, 1), name, text)


class _Refused(Exception):
    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line = line
        self.text = text


class _Loader(yaml.SafeLoader):
    """PyYAML's safe loader without anchors and bottomless nesting."""

    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event: Any = super().peek_event()  # type: ignore[no-untyped-call]
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _Refused(line, _("Anchors and aliases (& and *) are not allowed here. Write the value out."))
        if self.depth >= _MAX_DEPTH:
            raise _Refused(line, _("The document is nested too deeply."))
        self.depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1


def parse(content: bytes, /, file: str) -> Parsed | Fault:
    """Read one document.

    Args:
        content: UTF-8, with or without a byte order mark; at most `MAX_BYTES`.
        file: how it is called in sentences.
    """
    if len(content) > MAX_BYTES:
        return Fault(file, 1, "", _("The file is larger than %(n)s KB. A scheme is small.", n=MAX_BYTES // 1024))
    try:
        loader = _Loader(content.decode("utf-8-sig"))
        try:
            node = loader.get_single_node()
            if node is None:
                return Fault(file, 1, "", _("The file is empty."))
            lines: dict[Path, int] = {}
            return Parsed(file, _value(loader, node, (), lines), lines)
        finally:
            loader.dispose()
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return Fault(file, line, "", _("The file is not in UTF-8. Save it as UTF-8."))
    except _Refused as refused:
        return Fault(file, refused.line, "", refused.text)
    except yaml.reader.ReaderError as error:
        line = content.decode("utf-8-sig")[: error.position].count("\n") + 1
        return Fault(file, line, "", _("There is a character here that no text holds."))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        text = _("This is not YAML: %(problem)s.", problem=error.problem or error.context or "")
        return Fault(file, mark.line + 1 if mark else 1, "", text)


def _value(loader: _Loader, node: Any, path: Path, lines: dict[Path, int]) -> Any:
    line = node.start_mark.line + 1
    lines[path] = line
    if isinstance(node, yaml.MappingNode) and node.tag == "tag:yaml.org,2002:map":
        found: dict[str, Any] = {}
        for key, value in node.value:
            at = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise _Refused(at, _("A name is plain text."))
            if key.value in found:
                raise _Refused(at, _("“%(name)s” is here a second time.", name=key.value[:40]))
            found[key.value] = _value(loader, value, (*path, key.value), lines)
            lines[(*path, key.value)] = at  # the name's line, where one looks for it
        return found
    if isinstance(node, yaml.SequenceNode) and node.tag == "tag:yaml.org,2002:seq":
        return [_value(loader, each, (*path, place), lines) for place, each in enumerate(node.value)]
    if isinstance(node, yaml.ScalarNode):
        return _scalar(loader, node, line)
    raise _Refused(line, _("Tags (!) are not allowed here."))


def _scalar(loader: _Loader, node: Any, line: int) -> Any:
    if node.tag == _DATE:
        return node.value  # a version such as 2026-11-01 is a text like any other
    if node.tag not in _TAGS:
        raise _Refused(line, _("Tags (!) are not allowed here."))
    try:
        value = loader.construct_object(node)
    except (ValueError, KeyError, yaml.YAMLError):
        raise _Refused(line, _("This is no number. If it is meant as text, put it in quotes.")) from None
    if isinstance(value, float) and not math.isfinite(value):
        raise _Refused(line, _("This is no number. If it is meant as text, put it in quotes."))
    return value
