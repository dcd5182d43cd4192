"""The stand-in LimeSurvey server stands with its own tests."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "limesurvey"))
