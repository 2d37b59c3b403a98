"""QR codes as markup, drawn on the server."""

from __future__ import annotations

import segno
from django.utils.safestring import SafeString

from dgxblock.i18n import gettext as _

__all__ = ["qr"]


def qr(text: str, uid: str, /) -> SafeString:
    """A QR code as inline SVG, dark on white in both themes, with the four white modules around that readers need."""
    code = segno.make_qr(text, error="m")
    size = code.symbol_size(border=0)[0]
    path = "".join(f"M{x} {y}h1v1h-1z" for y, line in enumerate(code.matrix) for x, dark in enumerate(line) if dark)
    label = _("QR code of the verification page")
    return SafeString(
        f'<svg class="dgx-qr" role="img" aria-labelledby="{uid}-qr" viewBox="-2 -2 {size + 4} {size + 4}" '
        f'shape-rendering="crispEdges"><title id="{uid}-qr">{label}</title><path fill="#000" d="{path}"/></svg>'
    )
