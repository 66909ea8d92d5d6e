"""What a release costs beside the same tools called by hand, and beside other release tools; measured, not asserted.

`python -m benchmarks` measures seconds, `python -m benchmarks.faults` what is left of a release that was disturbed.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HERE = ROOT / "benchmarks"

# The index to release to is the template's embedded one.
sys.path.insert(0, str(ROOT / "template"))
