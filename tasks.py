"""This repository's Invoke tasks: it releases itself with the process that it ships (`inv --list`)."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "template"))

from release.tasks import *
