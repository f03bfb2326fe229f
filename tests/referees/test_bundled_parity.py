import pytest
from istio_cases import DEFAULT
from parity import Front, kube_inject, terminal, webhook
from shared_data import istio_folder


@pytest.mark.parametrize(
    "front",
    [
        webhook,
        pytest.param(terminal, marks=pytest.mark.slow),
        pytest.param(kube_inject, marks=pytest.mark.slow),
    ],
)
def test_the_bundled_templates_inject_what_istio_does(front: Front) -> None:
    istio_folder()

    found = list(front("1.30"))

    assert any(outcome.config == DEFAULT for outcome in found)
    assert [outcome for outcome in found if outcome.differences] == []
