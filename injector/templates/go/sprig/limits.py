"""Limits of a single call, so that no template fills the memory."""

from injector.templates.go.limits import MAX_LOOKS, look
from injector.templates.go.values.functions import FunctionError

TEXT = 4 << 20
LIST = 1 << 16


def check_text(size: int) -> None:
    """Check the *size* of a text in bytes.

    Raises:
        FunctionError: the size is over `TEXT`.
    """
    if size > TEXT:
        raise FunctionError(f"the text would have {size} bytes, at most {TEXT} may be")


def check_looks(elements: int) -> None:
    """Count *elements* of lists that a function reads.

    Raises:
        FunctionError: all functions of this execution read more than `MAX_LOOKS`.
    """
    if not look(elements):
        raise FunctionError(f"functions go through more than {MAX_LOOKS} elements")


def check_list(size: int) -> None:
    """Check the *size* of a list in elements.

    Raises:
        FunctionError: the size is over `LIST`.
    """
    if size > LIST:
        raise FunctionError(f"the list would have {size} elements, at most {LIST}")
