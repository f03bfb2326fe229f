import math

import pytest

from injector.base.errors import OutOfTime
from injector.wire.deadline import Deadline


def test_a_deadline_gives_up_after_its_end() -> None:
    deadline = Deadline(start=0, end=1, clock=lambda: 1.5)

    assert not deadline.allows(deadline.taken)
    with pytest.raises(OutOfTime, match="the caller waits no longer"):
        deadline()


def test_without_a_deadline_there_is_ample_time() -> None:
    deadline = Deadline(start=0, end=math.inf, clock=lambda: 1.5)

    deadline()
    assert deadline.allows(deadline.taken)
