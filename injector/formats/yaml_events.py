"""The events of YAML's parser, and the error for text that it refuses."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import yaml

PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

DIRECTIVES: Final = 100
"""The %TAG directives that a text may have."""

_DIRECTIVE: Final = re.compile("[\n\r\x85\u2028\u2029]%TAG")


class YAMLFault(Exception):
    """A text is no YAML, or has values that JSON cannot hold.

    Args:
        problem: the message without the line.
        line: the line, from 1; None if it is not known.
        character: the character that YAML cannot hold, if that is the problem.
    """

    def __init__(
        self, problem: str, line: int | None = None, *, character: str = ""
    ) -> None:
        self.problem = problem
        self.line = line
        self.character = character
        super().__init__(problem if line is None else f"line {line}: {problem}")


@contextmanager
def events(text: str) -> Iterator[Callable[[], Any]]:
    """Yield a function that returns the next event of *text*.

    Raises:
        YAMLFault: the parser refuses the text, also within the ``with`` block.
    """
    # The parser compares each directive with all others: the time is quadratic.
    if "%TAG" in text and len(_DIRECTIVE.findall(text)) > DIRECTIVES:
        raise YAMLFault(f"more than {DIRECTIVES} directives")
    try:
        parser = PARSER(text)
        try:
            yield parser.get_event
        finally:
            parser.dispose()
    except yaml.MarkedYAMLError as e:
        mark: Any = e.problem_mark
        raise YAMLFault(str(e.problem), mark.line + 1) from e
    except yaml.reader.ReaderError as e:
        character = chr(e.character)
        raise YAMLFault(str(e).partition("\n")[0], character=character) from e
    except UnicodeEncodeError as e:
        character = e.object[e.start]
        raise YAMLFault(f"it holds {character!r}", character=character) from e
