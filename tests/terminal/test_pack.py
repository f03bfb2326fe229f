import gzip
import io
import random
from pathlib import Path

import pytest

from injector.configuration import document
from injector.terminal.cli import main
from injector.terminal.commands.pack import LIMIT, fill, packed
from injector.terminal.streams import Terminal

TEMPLATE = "spec:\n  containers: [{name: logs}]\n"
CONFIG = """
# What a comment says is not packed.
policy: enabled
templates:
  sidecar: {file: t.j2}
  inline: "{}"
"""


class Output(io.BytesIO):
    tty = False

    def isatty(self) -> bool:
        return self.tty


def pack(
    *options: str, config: str = CONFIG, tty: bool = False
) -> tuple[int, bytes, str]:
    """Return the exit status, what went to stdout and what to stderr."""
    out, err = Output(), io.StringIO()
    out.tty = tty
    terminal = Terminal(
        stdin=io.BytesIO(config.encode()), stdout=out, stderr=err, environ={}
    )
    status = main(["pack", "--config", "-", *options], terminal)
    return status, out.getvalue(), err.getvalue()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with a template."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.j2").write_text(TEMPLATE)
    return tmp_path


def test_the_payload_is_the_document_with_its_templates_in_it() -> None:
    status, payload, words = pack()

    assert status == 0
    assert words == f"{fill(payload)}\n"
    assert document.unpack(payload) == {
        "policy": "enabled",
        "templates": {"sidecar": TEMPLATE, "inline": "{}"},
    }
    assert b"comment" not in gzip.decompress(payload)


def test_a_configuration_on_the_bundled_templates_stays_short() -> None:
    status, payload, _ = pack(config="policy: disabled\n")

    assert status == 0
    assert gzip.decompress(payload) == b"policy: disabled\n"


def test_the_same_configuration_gives_the_same_bytes() -> None:
    first = pack()
    second = pack(config=CONFIG.replace("What", "Whatever"))

    assert first == second
    # Neither a time nor a file's name is in the header.
    assert first[1][3:8] == b"\0\0\0\0\0"


def test_a_payload_can_be_packed_again(folder: Path) -> None:
    _, payload, _ = pack()
    (folder / "payload.gz").write_bytes(payload)
    out = io.BytesIO()
    terminal = Terminal(
        stdin=io.BytesIO(), stdout=out, stderr=io.StringIO(), environ={}
    )

    assert main(["pack", "--config", "payload.gz"], terminal) == 0
    assert out.getvalue() == payload


def test_the_payload_can_be_written_to_a_file(folder: Path) -> None:
    _, payload, _ = pack()

    status, out, words = pack("-o", "payload.gz", tty=True)

    assert (status, out, words) == (0, b"", f"{fill(payload)}\n")
    assert (folder / "payload.gz").read_bytes() == payload


def test_the_size_of_a_payload_is_printed_in_bytes_and_percent() -> None:
    assert fill(b"x" * 6554) == "secret payload 6554 of 65536 bytes (10.0 %)"


def test_a_payload_too_large_for_a_secret_is_refused() -> None:
    noise = random.Random(1).randbytes(LIMIT).hex()  # noqa: S311 - no secret
    config = f"policy: enabled\ntemplates: {{sidecar: '{{}}'}}\nvalues: {{x: {noise}}}"
    size = len(packed([document.unpack(config.encode())]))

    status, out, words = pack(config=config)

    assert (status, out) == (1, b"")
    assert size > LIMIT
    assert words == (
        f"too large: secret payload {size} of 65536 bytes "
        f"({100 * size / LIMIT:.1f} %)\n"
    )


def test_a_wrong_configuration_is_not_packed() -> None:
    status, out, words = pack(config="policy: maybe\n")

    assert (status, out) == (1, b"")
    assert words == "policy: is 'maybe', want 'enabled' or 'disabled'\n"


def test_no_binary_data_is_printed_on_a_terminal() -> None:
    status, out, words = pack(tty=True)

    assert (status, out) == (2, b"")
    assert words == (
        "injector: the payload is no text for a terminal: name a file with -o\n"
    )


def test_a_file_that_cannot_be_written_is_a_usage_error() -> None:
    status, out, words = pack("-o", "none/payload.gz")

    assert (status, out) == (2, b"")
    assert words.splitlines()[-1] == (
        "injector: cannot write none/payload.gz: No such file or directory"
    )
