"""What the laboratory says when it cannot do what a document asks of it."""

from __future__ import annotations


class LabError(Exception):
    """A data set that cannot be built, or a statement that may not run.

    `code` is stable and safe to show. `where` names the table or value, `detail` helps its author; both come from the
    document and never hold a path or a trace, but they are for authors, not for learners.

    Codes: ``statement`` (form refused), ``forbidden`` (reads or calls what it may not), ``deadline``, ``rows``,
    ``size``, ``sql`` (SQLite cannot run it), ``parameter`` (unknown ``:name``), ``draw`` (bad arguments of a draw),
    ``columns`` (not the columns declared), ``type`` (a cell of the wrong type), ``value`` (not one scalar),
    ``number`` (not finite), ``name`` (not a usable or a free name), ``unknown`` (no such value).
    """

    def __init__(self, code: str, /, *, where: str = "", detail: str = "") -> None:
        super().__init__(": ".join(part for part in (code, where, detail) if part))
        self.code = code
        self.where = where
        self.detail = detail
