"""`python -m viz` is the command `backglow`."""

import sys

from .cli import main

sys.exit(main())
