"""The parts of a workbook, each read for the few things that are wanted of it."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Final

from dgxblock.lab.xlsx.errors import WorkbookError
from dgxblock.lab.xlsx.parts import Part
from dgxblock.lab.xlsx.text import MOST_TEXT, RichText, count, unescaped

_MOST_SHEETS: Final = 60
_MOST_NAMES: Final = 2000
_MOST_STYLES: Final = 70_000
_MOST_FORMATS: Final = 2000
_MOST_STRINGS: Final = 300_000
_RELATION_ID: Final = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships id",
    "http://purl.oclc.org/ooxml/officeDocument/relationships id",
)


class Workbook(Part):
    """The sheets by relationship id, the epoch, and of the defined names those that are `wanted` (in lower case)."""

    root = "workbook"
    too_many = "too-many-names"

    def __init__(self, wanted: AbstractSet[str], /) -> None:
        super().__init__()
        self.sheets: dict[str, str] = {}
        self.names: dict[str, str] = {}
        self.since_1904 = False
        self._wanted = wanted
        self._within = self._name = ""
        self._named = 0

    def begin(self, name: str, attributes: dict[str, str], /) -> None:
        if self.depth == 2:
            self._within = name
            if name == "workbookPr":
                self.since_1904 = attributes.get("date1904", "") in ("1", "true")
        elif self.depth == 3 and (self._within, name) == ("sheets", "sheet"):
            title = unescaped(attributes.get("name", "")).casefold()
            if title in self.sheets:
                raise WorkbookError("damaged")
            self.sheets[title] = next((attributes[key] for key in _RELATION_ID if key in attributes), "")
            if len(self.sheets) > _MOST_SHEETS:
                raise WorkbookError("too-many-sheets")
        elif self.depth == 3 and (self._within, name) == ("definedNames", "definedName"):
            self._defined(attributes)

    def _defined(self, attributes: Mapping[str, str], /) -> None:
        self._named += 1
        if self._named > _MOST_NAMES:
            raise WorkbookError("too-many-names")
        name = unescaped(attributes.get("name", "")).casefold()
        # a name of the whole book goes before one of a sheet
        if name in self._wanted and (name not in self.names or "localSheetId" not in attributes):
            self._name = name
            self.listen(MOST_TEXT)

    def finish(self, _name: str, /) -> None:
        if self.depth == 3 and self._name:
            self.names[self._name] = self.heard().strip()
            self._name = ""


class Styles(Part):
    """The number format of each cell style in `wanted`: its id, and the codes that the file defines itself."""

    root = "styleSheet"
    too_many = "too-many-styles"

    def __init__(self, wanted: AbstractSet[int], /) -> None:
        super().__init__()
        self.formats: dict[int, int] = {}
        self.codes: dict[int, str] = {}
        self._wanted = wanted
        self._within = ""
        self._styles = 0

    def begin(self, name: str, attributes: dict[str, str], /) -> None:
        if self.depth == 2:
            self.done = self._within == "cellXfs"
            self._within = name
        elif self.depth == 3 and (self._within, name) == ("numFmts", "numFmt"):
            self.codes[count(attributes.get("numFmtId", ""))] = attributes.get("formatCode", "")[:255]
            if len(self.codes) > _MOST_FORMATS:
                raise WorkbookError("too-many-styles")
        elif self.depth == 3 and (self._within, name) == ("cellXfs", "xf"):
            if self._styles in self._wanted:
                self.formats[self._styles] = count(attributes.get("numFmtId", "0"))
            self._styles += 1
            if self._styles > _MOST_STYLES:
                raise WorkbookError("too-many-styles")


class Strings(Part):
    """The shared strings in `wanted`, by their number."""

    root = "sst"
    too_many = "too-many-strings"

    def __init__(self, wanted: AbstractSet[int], /) -> None:
        super().__init__()
        self.texts: dict[int, str] = {}
        self._wanted = wanted
        self._last = max(wanted, default=-1)
        self._number = -1
        self._text = RichText()

    def begin(self, name: str, _attributes: dict[str, str], /) -> None:
        if self.depth == 2 and name == "si":
            self._number += 1
            if self._number > _MOST_STRINGS:
                raise WorkbookError("too-many-strings")
            self.done = self._number > self._last
            self._text = RichText()
        elif self._number in self._wanted and self._text.begins(self.depth - 2, name):
            self.listen(MOST_TEXT)

    def finish(self, name: str, /) -> None:
        if self._number in self._wanted and self._text.ends(self.depth - 2, name):
            self._text.parts.append(self.heard())
        if self.depth == 2 and self._number in self._wanted:
            self.texts[self._number] = str(self._text)
