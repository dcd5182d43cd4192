"""Join numbers and stories per subject and area, with a proposed code for how they agree."""

from toolkit.link.display import CODES, COLUMNS, joint_display, with_judgements
from toolkit.link.rule import Rule

__all__ = ["CODES", "COLUMNS", "Rule", "joint_display", "with_judgements"]
