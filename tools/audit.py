"""Ask the package index for known vulnerabilities of the pinned requirements.

A package that cannot be checked is printed, and is no failure. A known vulnerability is
a failure.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FILES = ("requirements.txt", "requirements-dev.txt", "tools/scan/requirements.txt")
UNREACHABLE = ("ConnectionError", "ServiceError", "Timeout")


def judge(report: Mapping[str, Any]) -> tuple[list[str], bool]:
    """Return the lines to print of pip-audit's *report*, and whether it is clean."""
    dependencies = report["dependencies"]
    skipped = [each for each in dependencies if "skip_reason" in each]
    found = [
        f"{each['name']} {each['version']}: {fault['id']}, mended in "
        f"{', '.join(fault['fix_versions']) or 'no version'}"
        for each in dependencies
        for fault in each.get("vulns", ())
    ]
    asked = len(dependencies) - len(skipped)
    lines = [f"{asked} of {len(dependencies)} could be asked about", *found]
    return lines, not found


def audit(command: str, file: str) -> tuple[list[str], bool]:
    """Return the same for a *file* of pinned requirements.

    Raises:
        RuntimeError: pip-audit fails, and the index can be reached.
    """
    done = subprocess.run(  # noqa: S603 - our own command
        [
            *(command, "--requirement", str(ROOT / file), "--require-hashes"),
            *("--disable-pip", "--progress-spinner", "off", "--format", "json"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.stdout:
        return judge(json.loads(done.stdout))
    if any(name in done.stderr for name in UNREACHABLE):
        return ["the index cannot be reached"], True
    raise RuntimeError(f"pip-audit fails: {done.stderr.strip()[-500:]}")


def main(arguments: Sequence[str]) -> int:
    """Print the results; the only argument is the path of pip-audit."""
    (command,) = arguments
    well = True
    for file in FILES:
        lines, clean = audit(command, file)
        well &= clean
        print("\n".join(f"{file}: {line}" for line in lines))
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
