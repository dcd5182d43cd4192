"""Indicators: published sets with their nulmeting, later measurements, and the judgement of a change."""
