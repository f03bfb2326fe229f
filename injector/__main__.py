"""Makes ``python -m injector`` the terminal's command."""

import sys

from injector.terminal.cli import main

sys.exit(main())
