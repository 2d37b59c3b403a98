"""What was read, written, gives the same document, through any editor and any host."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from dgxblock.content import read, write
from dgxblock.content.findings import ContentError
from dgxblock.content.safe import NAMESPACE
from tests.builders.content import BI, CASE, DATASET, DOCUMENTS, EXERCISE, bi, whole
from tests.builders.grids import with_grids

# What an author may type between tags: both scripts, what needs escaping, white space of every kind.
typed = st.text(alphabet="ab %&<>\"'厂线。“ \n\t\r\u3000\u00a0😀", max_size=12)


def _escaped(text: str) -> str:
    for plain, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\r", "&#13;")):
        text = text.replace(plain, entity)
    return text


texts = typed.map(_escaped)
leaves = st.one_of(
    texts,
    st.sampled_from(["<br/>", '<var ref="oee"/>', '<var ref="planned" format="int"></var>', "<!-- a > b -->"]),
)
inline = st.recursive(
    st.lists(leaves, max_size=4).map("".join),
    lambda inner: st.lists(
        st.one_of(
            texts,
            inner.map(lambda each: f"<em>{each}</em>"),
            inner.map(lambda each: f'<claim basis="framework">{each}</claim>'),
        ),
        max_size=4,
    ).map("".join),
    max_leaves=8,
)
comments = st.sampled_from(["", "<!-- SPDX -->", "<!--\n  two\n  lines -->\n", "\n\n", "  "])


@st.composite
def documents(draw: st.DrawFn) -> str:
    """A small valid exercise in which everything that may vary does, spelt as some author might."""
    document = whole(with_grids(EXERCISE))
    for _each in range(draw(st.integers(0, 3))):
        words = bi(f"中{draw(inline)}", f"E{draw(inline)}")
        document = document.replace(BI, words, 1)
    document = document.replace("<hint>", f"{draw(comments)}<hint>{draw(comments)}", 1)
    document = document.replace("SELECT 660", f"SELECT{draw(comments)} '{_escaped(draw(typed))}'\n   , 660", 1)
    if draw(st.booleans()):
        document = document.replace("  ", draw(st.sampled_from(["", "\t", "      "])))
    if draw(st.booleans()):
        document = document.replace("\n", "\r\n")
    if draw(st.booleans()):
        document = f"<!-- head -->{document}<!-- foot -->"
    return document


@settings(max_examples=100, deadline=None)
@given(documents())
def test_the_normal_form_says_the_same_and_is_its_own_normal_form(document: str) -> None:
    written = write.canonical(document)
    assert read.parse(written) == read.parse(document)
    assert write.canonical(written) == written
    assert write.revision(written) == write.revision(document)


@settings(max_examples=60, deadline=None)
@given(documents(), st.booleans(), st.booleans())
def test_a_document_survives_any_host(document: str, indented: bool, comments_dropped: bool) -> None:
    block = etree.Element("dgx_exercise", url_name="x")
    block.append(write.to_element(document))
    olx = etree.tostring(block, encoding="utf-8", pretty_print=indented)
    # as the platform reads course archives
    parser = etree.XMLParser(remove_blank_text=True, remove_comments=comments_dropped, load_dtd=False, encoding="utf-8")
    child = etree.fromstring(olx, parser)[0]
    before = etree.tostring(child)
    found = write.from_element(child)
    assert etree.tostring(child) == before, "the host's own tree is left alone"
    assert read.parse(found) == read.parse(document)
    assert write.revision(found) == write.revision(document)
    if not comments_dropped:
        assert found == write.canonical(document)


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_the_exported_document_is_readable_xml(kind: str) -> None:
    block = etree.Element(f"dgx_{kind}")
    block.append(write.to_element(whole(DOCUMENTS[kind])))
    olx = etree.tostring(block, encoding="unicode", pretty_print=True)
    assert f'\n  <{kind} xmlns="{NAMESPACE}" id="small' in olx
    assert '\n    <dataset id="small-data"' in olx
    assert "WHERE i < 4" in olx
    assert "&lt;t" not in olx


def test_comments_and_order_are_kept() -> None:
    document = CASE.replace("<case ", "<!-- who may use this -->\n<case ", 1)
    document = document.replace("<lead>", "<!-- keep\n     it short --><lead>", 1) + "<!-- the end -->"
    document = document.replace(bi("东莞", "Dongguan"), bi("东<!-- not 广州 -->莞", "Dongguan"))
    written = write.canonical(document)
    order = [
        "<case",
        "<!-- who may",
        "<meta>",
        "<!-- keep\n     it short -->",
        "<lead>",
        "东莞<!-- not",
        "<!-- the end -->",
        "</case>",
    ]
    places = [written.index(each) for each in order]
    assert places == sorted(places)
    assert write.revision(written) == write.revision(CASE)


def test_attributes_keep_their_order_and_their_odd_characters() -> None:
    odd = CASE.replace('protagonist="production manager"', 'protagonist="a &amp; &quot;b&quot; &lt;c> &#10;&#9;d"')
    assert 'protagonist="a &amp; &quot;b&quot; &lt;c&gt; &#10;&#9;d"' in write.canonical(odd)
    assert write.canonical(write.canonical(odd)) == write.canonical(odd)


def test_running_text_stands_on_one_line() -> None:
    broken = bi(
        "一号线每班\n      换线，用 MES\n      lite 记下\n  <em>来</em>。\n",
        "\n  Line 1\n  changes <em>often</em>\n  .",
    )
    written = write.canonical(CASE.replace(bi("小案例", "A small case"), broken, 1))
    assert '<t xml:lang="zh-CN">一号线每班换线，用 MES lite 记下<em>来</em>。</t>' in written
    assert '<t xml:lang="en">Line 1 changes <em>often</em> .</t>' in written


def test_a_query_keeps_its_lines_and_its_inner_indentation() -> None:
    written = write.canonical(DATASET)
    assert (
        "<![CDATA[\n      SELECT i AS day, 1.5 * i AS stop\n      FROM n\n      WHERE i < 4\n    ]]></select>"
        in written
    )
    assert read.parse_dataset(written).table("log").select == "SELECT i AS day, 1.5 * i AS stop\nFROM n\nWHERE i < 4"


def test_a_query_that_holds_the_end_of_cdata_is_escaped() -> None:
    document = DATASET.replace("SELECT 660", "SELECT ']]&gt;' &lt; 'x'")
    assert read.parse_dataset(write.canonical(document)) == read.parse_dataset(document)
    assert write.canonical(write.canonical(document)) == write.canonical(document)


def test_a_prefixed_document_is_written_without_prefixes() -> None:
    prefixed = DATASET.replace("<dataset xmlns=", "<d:dataset xmlns:d=").replace("</dataset", "</d:dataset")
    for name in ("category", "t", "table", "label", "column", "select", "value", "rule"):
        prefixed = prefixed.replace(f"<{name} ", f"<d:{name} ").replace(f"<{name}>", f"<d:{name}>")
        prefixed = prefixed.replace(f"</{name}>", f"</d:{name}>")
    assert write.canonical(prefixed) == write.canonical(DATASET)


def test_even_a_document_that_breaks_the_schema_loses_nothing() -> None:
    broken = CASE.replace("<meta>", "stray words<meta><unheard of='x'>and <of/> more</unheard>", 1)
    written = write.canonical(broken)
    for part in ("stray words", '<unheard of="x">', "and", "<of/>", "more"):
        assert part in written
    assert write.canonical(written) == written


def test_the_revision_tells_documents_apart() -> None:
    revisions = {write.revision(CASE), write.revision(CASE.replace("9500", "9501")), write.revision(EXERCISE)}
    assert len(revisions) == 3
    assert all(len(each) == 12 and set(each) <= set("0123456789abcdef") for each in revisions)


def test_an_element_that_hides_an_entity_is_refused() -> None:
    parser = etree.XMLParser(resolve_entities=False)
    hidden = etree.fromstring(f'<!DOCTYPE x [<!ENTITY a "b">]><x><case xmlns="{NAMESPACE}">&a;</case></x>', parser)
    with pytest.raises(ContentError) as caught:
        write.from_element(hidden[0])
    assert [each.code for each in caught.value.findings] == ["entity"]
