"""Make the archive that the cloud builds the function from.

    python tools/package.py [ARCHIVE]

It has the files that match the patterns in terraform/modules/function/package.txt;
Terraform reads these too. The same files give the same bytes on every machine.
"""

import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATTERNS = ROOT / "terraform" / "modules" / "function" / "package.txt"
ARCHIVE = ROOT / "build" / "function.zip"

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that an archive can hold."""

READABLE = 0o100644 << 16
"""The mode of a file that all users may read, shifted as in archives."""


def patterns(text: str) -> list[str]:
    """Return the patterns in *text*; a line that starts with ``#`` is a comment."""
    lines = [line.strip() for line in text.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def files(root: Path, wanted: list[str]) -> list[str]:
    """Return the sorted names below *root* of the files that *wanted* patterns match.

    Raises:
        ValueError: a pattern matches none.
    """
    names: set[str] = set()
    for pattern in wanted:
        found = {p.relative_to(root).as_posix() for p in root.glob(pattern)}
        if not found:
            raise ValueError(f"no file matches {pattern!r}")
        names |= found
    return sorted(names)


def pack(root: Path, names: list[str], archive: Path) -> None:
    """Write *archive* of the files *names* below *root*."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(archive, "w") as file:
        for name in names:
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system = 3
            entry.external_attr = READABLE
            # Not compressed: the result differs between libraries.
            file.writestr(entry, (root / name).read_bytes(), zipfile.ZIP_STORED)


def main() -> None:
    """Make the archive, and print its size."""
    archive = Path(sys.argv[1]) if len(sys.argv) > 1 else ARCHIVE
    names = files(ROOT, patterns(PATTERNS.read_text(encoding="utf-8")))
    pack(ROOT, names, archive)
    print(f"{archive}: {len(names)} files, {archive.stat().st_size} bytes")


if __name__ == "__main__":
    main()
