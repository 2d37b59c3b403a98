"""OLX in and out: the document travels as readable XML inside the block's element, not as an escaped string."""

from __future__ import annotations

from typing import Any, Self

from lxml import etree
from xblock.core import XBlock

from dgxblock.content import write

__all__ = ["DocumentOlx"]

_OPTION = "http://code.edx.org/xblock/option"


class DocumentOlx(XBlock):
    """Adds the block's ``document`` field to its OLX as a child element; everything else stays an attribute."""

    def add_xml_to_node(self, node: etree._Element) -> None:
        document = self.document
        super().add_xml_to_node(node)
        node.attrib.pop("document", "")
        for child in node.findall(f"{{{_OPTION}}}document"):
            node.remove(child)
        if not document:
            return
        try:
            node.append(write.to_element(document))
        except ValueError:  # not readable as XML: keep the author's text as it is
            etree.SubElement(node, f"{{{_OPTION}}}document").text = document

    @classmethod
    def parse_xml(cls, node: etree._Element, runtime: Any, keys: Any, *rest: Any) -> Self:
        # Older hosts pass an id generator as a last argument.
        ours = f"{{{write.NAMESPACE}}}"
        documents = [child for child in node if isinstance(child.tag, str) and child.tag.startswith(ours)]
        for child in documents:
            node.remove(child)
        block: Self = super().parse_xml(node, runtime, keys, *rest)
        if documents:
            try:
                block.document = write.from_element(documents[0])
            except ValueError:  # one unsafe document must not end the import of a course; its author sees the findings
                block.document = etree.tostring(documents[0], encoding="unicode", with_tail=False)
        return block
