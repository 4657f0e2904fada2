"""A scenario's Markdown as safe HTML: read without HTML, then cleaned once more; pictures only from the database."""

from collections.abc import Callable

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

__all__ = ["block", "inline", "plain"]

_READER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
_TAGS = {
    "p", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "br", "hr", "a", "img",
    "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_INLINE = {"em", "strong", "s", "code", "br"}
_ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "title"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto", "tel"}


def block(text: str, picture: Callable[[str], str]) -> SafeString:
    """Paragraphs, lists, tables and pictures; ``picture`` gives the address of a picture by its name."""
    tokens = _READER.parse(text)
    _prepare(tokens, picture)
    html = _READER.renderer.render(tokens, _READER.options, {})
    cleaned = nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES)
    return mark_safe(cleaned)  # noqa: S308 - cleaned by nh3 on the line above


def inline(text: str) -> SafeString:
    """Words of a choice: emphasis and code, nothing else."""
    html = _READER.renderInline(" ".join(text.split()))
    return mark_safe(nh3.clean(html, tags=_INLINE, attributes={}))  # noqa: S308 - cleaned by nh3


def plain(text: str) -> str:
    """The words alone, for names and pictures of the graph."""
    parts: list[str] = []
    for token in _READER.parseInline(" ".join(text.split())):
        parts += [child.content if child.type != "softbreak" else " " for child in token.children or ()]
    return "".join(parts).strip()


def _prepare(tokens: list[Token], picture: Callable[[str], str]) -> None:
    """Put headings of the text below the step's own, and pictures under their own address."""
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, max(3, int(token.tag[1]) + 1))}"
        for child in token.children or ():
            if child.type == "image":
                child.attrSet("src", picture(str(child.attrGet("src") or "")))
