"""Positions in a template: the number of a tag and its line.

Jinja knows lines only, and several tags may share one. So each token of a tag carries
the position in the place of its line, and a traceback identifies the tag.
"""

import re
from collections.abc import Iterator
from contextlib import suppress

from jinja2 import Environment, TemplateSyntaxError
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

from injector.base.messages import cut
from injector.templates.jinja.slots import MARK, MARKED

_LINES = 20
_MASK = (1 << _LINES) - 1
_LONGEST = 100
_BEGINS = ("variable_begin", "block_begin")
_ENDS = ("variable_end", "block_end")
_MARK = re.compile(f"{MARK}([0-9]+){MARKED}")


class Positions(Extension):
    """Numbers the tags of a template."""

    marking = False

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """Yield the tokens, each with a position in the place of its line."""
        tag = 0
        for token in stream:
            tag += token.type in _BEGINS
            value = token.value
            if token.type == "data":
                value = _marked(token) if self.marking else value
            yield Token((tag << _LINES) + token.lineno, token.type, value)


class MarkedPositions(Positions):
    """Numbers the tags, and marks each line of text with its line number."""

    marking = True


def _marked(token: Token) -> str:
    lines = token.value.split("\n")
    return "\n".join(
        f"{MARK}{token.lineno + at}{MARKED}{line}" for at, line in enumerate(lines)
    )


def line_of(position: int) -> int:
    """Return the line, from 1, of a position."""
    return position & _MASK


def expression_at(position: int, source: str, environment: Environment) -> str:
    """Return the tag at *position*, on one line and not too long."""
    wanted = position >> _LINES
    tag = 0
    parts: list[str] = []
    with suppress(TemplateSyntaxError):
        for _, kind, value in environment.lexer.tokeniter(source, None):
            tag += kind in _BEGINS
            if tag > wanted or not wanted:
                break
            if tag == wanted:
                parts.append(value)
                if kind in _ENDS:
                    break
    text = " ".join("".join(parts).split())
    return cut(text, _LONGEST)


def template_line(marked: str, line: int) -> int | None:
    """Return the template's line of a *line* (from 0) of output with marks."""
    lines = marked.split("\n")
    # YAML reports a missing end on the line after the last.
    mark = _MARK.search(lines[min(line, len(lines) - 1)])
    return int(mark[1]) if mark else None
