"""How much a single call may make, so that no template fills the memory."""

from injector.templates.go.limits import MAX_LOOKS, look
from injector.templates.go.values.functions import FunctionError

TEXT = 4 << 20
LIST = 1 << 16


def check_text(size: int) -> None:
    """Let a text of *size* bytes pass.

    Raises:
        FunctionError: it would be too long.
    """
    if size > TEXT:
        raise FunctionError(f"the text would have {size} bytes, at most {TEXT} may be")


def check_looks(elements: int) -> None:
    """Let a function go through so many *elements* of lists.

    Raises:
        FunctionError: all functions of this execution went through too many.
    """
    if not look(elements):
        raise FunctionError(f"functions go through more than {MAX_LOOKS} elements")


def check_list(size: int) -> None:
    """Let a list of *size* elements pass.

    Raises:
        FunctionError: it would be too long.
    """
    if size > LIST:
        raise FunctionError(f"the list would have {size} elements, at most {LIST}")
