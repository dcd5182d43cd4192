"""Reports: from the output folder of an analysis to HTML, DOCX and PDF; nothing is computed here."""

from __future__ import annotations

from toolkit.report.build import build_report
from toolkit.report.series import build_series
from toolkit.report.summary import headline

__all__ = ["build_report", "build_series", "headline"]
