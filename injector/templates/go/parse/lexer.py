"""The lexer: a template's text becomes tokens."""

from collections.abc import Iterator

from injector.templates.go.parse.actions import SPACES, Action, Token


def tokens(source: str, left: str, right: str) -> Iterator[Token]:
    """Yield the tokens of *source*, the last of which is ``EOF`` or ``error``."""
    pos, trims = 0, False
    while True:
        found = source.find(left, pos)
        text = source[pos:] if found < 0 else source[pos:found]
        start = pos
        if trims:
            stripped = text.lstrip(SPACES)
            start, text = start + len(text) - len(stripped), stripped
        inside = found + len(left)
        marked = found >= 0 and _trims_before(source, inside)
        if marked:
            text = text.rstrip(SPACES)
            inside += 2
        if text:
            yield Token("text", text, start)
        if found < 0:
            yield Token("EOF", "EOF", len(source))
            return
        if source.startswith("/*", inside - marked):
            inside -= marked
        if source.startswith("/*", inside):
            end = _comment(source, inside, right)
            if isinstance(end, Token):
                yield end
                return
            pos, trims = end
            continue
        yield Token("{{", left, found)
        action = Action(source, inside, right)
        yield from action.tokens()
        if action.failed:
            return
        pos, trims = action.pos, action.trims


def _trims_before(source: str, inside: int) -> bool:
    """Return whether a trim marker stands after a left delimiter."""
    return (
        source.startswith("-", inside)
        and source[inside + 1 : inside + 2] in SPACES
        and len(source) > inside + 1
    )


def _comment(source: str, start: int, right: str) -> Token | tuple[int, bool]:
    """Return the end of the comment and whether it trims, or its error."""
    end = source.find("*/", start + 2)
    if end < 0:
        return Token("error", "unclosed comment", start)
    closing = _closing(source, end + 2, right)
    if closing is None:
        return Token("error", "comment ends before closing delimiter", start)
    return closing


def _closing(source: str, pos: int, right: str) -> tuple[int, bool] | None:
    """Return the end of the right delimiter at *pos* and whether it trims."""
    if source[pos : pos + 1] in SPACES and source.startswith(f"-{right}", pos + 1):
        return pos + 2 + len(right), True
    if source.startswith(right, pos):
        return pos + len(right), False
    return None
