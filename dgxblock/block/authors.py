"""Who may change a component."""

from __future__ import annotations

from typing import Any

from dgxblock.block.http import ApiError
from dgxblock.i18n import gettext as _

__all__ = ["check_author", "may_author"]


def may_author(runtime: Any) -> bool:
    """Whether this runtime belongs to an author: Studio's, the developers' workbench, or one that says so.

    The LMS serves every handler of a block to every learner, this one included.
    """
    if "studio_user_permissions" in getattr(runtime, "_services", {}):
        return True
    return bool(getattr(runtime, "dgx_author", type(runtime).__module__ == "workbench.runtime"))


def check_author(block: Any) -> None:
    """Refuse who is no author.

    Raises:
        ApiError: the runtime is not an author's.
    """
    if not may_author(block.runtime):
        raise ApiError(403, "not-author", _("Only course authors can change this component."))
