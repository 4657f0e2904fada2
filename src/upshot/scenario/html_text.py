"""HTML of other tools to plain Markdown: words, emphasis, lists, links and pictures stay; everything else goes."""

import re
from html.parser import HTMLParser

from upshot.scenario.exchange import Log, escaped

__all__ = ["MAX_HTML", "html_to_line", "html_to_markdown", "without"]

MAX_HTML = 100_000

_BLOCKS = {
    "p",
    "div",
    "ul",
    "ol",
    "table",
    "tr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "pre",
    "hr",
    "section",
}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_SILENT = {"script", "style", "iframe", "object", "svg", "template", "noscript", "head", "textarea"}
_LOST = {
    "iframe": "an embedded page",
    "object": "an embedded object",
    "script": "a script",
    "table": "a table's layout",
    "video": "a video",
    "audio": "a sound",
    "svg": "a drawing",
    "form": "a form",
    "input": "a form field",
}
_DECLARATION = re.compile(r"<[!?][^<>]{0,500}>")
_WEB = re.compile(r"(?:https?://|mailto:)[^\s<>()\"'\\]+\Z", re.IGNORECASE)
_FILE = re.compile(r"[\w][\w./ -]{0,200}\Z")


def html_to_markdown(html: str, where: str, log: Log) -> str:
    """Markdown that shows the words of the HTML; what is lost is noted under ``where``."""
    if len(html) > MAX_HTML:
        log.add(where, f"Text after the first {MAX_HTML:,} characters is left out.")
    reader = _Reader(where, log)
    reader.feed(_readable(html[:MAX_HTML]))
    reader.close()
    return reader.text()


def html_to_line(html: str, where: str, log: Log) -> str:
    """The words of the HTML in one line."""
    return " ".join(re.sub(r"\*\*", "", html_to_markdown(html, where, log)).split())


def without(text: str, opening: str, closing: str) -> tuple[str, list[str]]:
    """The text without what stands between the two marks, and what that was; each mark is looked at once."""
    kept, gone, done = list[str](), list[str](), 0
    while (start := text.find(opening, done)) >= 0:
        end = text.find(closing, start + len(opening))
        if end < 0:
            break
        kept.append(text[done:start])
        done = end + len(closing)
        gone.append(text[start:done])
    return "".join([*kept, text[done:]]), gone


def _readable(html: str) -> str:
    """HTML without what the standard library's parser trips over: comments, declarations, tags that never close."""
    text = _DECLARATION.sub("", without(html, "<!--", "-->")[0])
    last = text.rfind(">") + 1
    return re.sub(r"<(?=[!?])", "&lt;", text[:last]) + text[last:].replace("<", "&lt;")


class _Reader(HTMLParser):
    def __init__(self, where: str, log: Log) -> None:
        super().__init__(convert_charrefs=True)
        self.where, self.log = where, log
        self.blocks: list[str] = []
        self.line: list[str] = []
        self.silent: list[str] = []
        self.link: tuple[str, int] | None = None
        self.bold = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _LOST:
            self.log.add(self.where, f"{_LOST[tag].capitalize()} is left out.")
        if tag in _SILENT:
            self.silent.append(tag)
        elif not self.silent:
            self._open(tag, {name: value or "" for name, value in attrs})

    def _open(self, tag: str, attrs: dict[str, str]) -> None:
        if tag in _BLOCKS or tag == "li":
            self._break()
        if tag == "li":
            self.line.append("- ")
        elif tag == "br":
            self._break(tight=True)
        elif tag == "img":
            self._picture(attrs)
        elif tag == "a" and _WEB.match(attrs.get("href", "")):
            self.link = (attrs["href"], len(self.line))
        if tag in _HEADINGS or tag in {"strong", "b"}:
            self.bold += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT and tag in self.silent:
            while self.silent.pop() != tag:
                pass
        elif self.silent:
            return
        elif tag == "a":
            self._close_link()
        if tag in _HEADINGS or tag in {"strong", "b"}:
            self.bold = max(0, self.bold - 1)
        if tag in _BLOCKS or tag == "li":
            self._break()

    def handle_data(self, data: str) -> None:
        if self.silent or not data:
            return
        words = escaped(" ".join(data.split()))
        before, after = data[:1].isspace(), data[-1:].isspace()
        if words and self.bold and self.link is None:
            words = f"**{words}**"
        self.line.append(f"{' ' if before else ''}{words}{' ' if after and words else ''}")

    def _picture(self, attrs: dict[str, str]) -> None:
        source, words = attrs.get("src", ""), escaped(" ".join(attrs.get("alt", "").split()))
        if _FILE.match(source) and ".." not in source:
            self.line.append(f"![{words}]({source.replace(' ', '%20')})")
        else:
            self.log.add(self.where, f"The picture '{source[:60]}' is left out.", "Put the file beside the scenario.")

    def _close_link(self) -> None:
        if self.link is None:
            return
        target, start = self.link
        words = "".join(self.line[start:]).strip()
        self.line[start:] = [f" [{words}]({target}) "] if words else []
        self.link = None

    def _break(self, *, tight: bool = False) -> None:
        self._close_link()
        line = " ".join("".join(self.line).replace("****", "").split()).replace("** **", " ")
        if line == "-":
            return
        self.line = []
        if line:
            self.blocks.append(line)
        if not tight and self.blocks and self.blocks[-1]:
            self.blocks.append("")

    def text(self) -> str:
        """All blocks, a line free between them."""
        self._break()
        return "\n".join(self.blocks).strip()
