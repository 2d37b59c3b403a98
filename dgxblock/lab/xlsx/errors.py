"""Why an uploaded workbook was not read."""

from __future__ import annotations


class WorkbookError(Exception):
    """A workbook that is refused. `code` is stable and has its sentence in `words`.

    `where` is a sheet or a cell as the item's author named it, or empty: it never holds a path, a trace or text from
    the file.
    """

    def __init__(self, code: str, where: str = "", /) -> None:
        super().__init__(code)
        self.code = code
        self.where = where
