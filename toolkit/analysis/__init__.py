"""The order of the work: read and check, analyse, protect, write."""

from toolkit.analysis.fresh import stale
from toolkit.analysis.inputs import Inputs, check_project, read_inputs
from toolkit.analysis.run import RunResult, chosen_workers, run
from toolkit.analysis.texts import TextResult, analyse_texts

__all__ = [
    "Inputs",
    "RunResult",
    "TextResult",
    "analyse_texts",
    "check_project",
    "chosen_workers",
    "read_inputs",
    "run",
    "stale",
]
