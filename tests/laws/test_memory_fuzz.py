"""That memory answers as the pipeline does, whatever a template is made of."""

import memory_templates
import pytest

EXAMPLES = 100
MANY = 10_000


def compared(seeds: range) -> int:
    """Compare answers to templates of these seeds; return how many memory gave."""
    recalled = 0
    for seed in seeds:
        source, times, wrong = memory_templates.compared(seed)
        assert not wrong, f"seed {seed}: {source}"
        recalled += times
    return recalled


@pytest.mark.parametrize("part", range(4))
def test_templates_at_random_are_the_same_from_memory(part: int) -> None:
    recalled = compared(range(part * EXAMPLES, (part + 1) * EXAMPLES))

    assert recalled > EXAMPLES


@pytest.mark.slow
@pytest.mark.parametrize("part", range(2))
def test_thousands_of_templates_are_the_same_from_memory(part: int) -> None:
    recalled = compared(range((part + 1) * MANY, (part + 2) * MANY))

    assert recalled > MANY
