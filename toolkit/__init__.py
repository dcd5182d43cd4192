"""tellen én vertellen: narrative evaluation and survey analysis for the Dutch social domain."""

__version__ = "0.1.0"
