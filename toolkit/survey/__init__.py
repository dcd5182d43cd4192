"""Surveys: codebook, deliveries, weights, design-based estimates and the survey side of the KPIs."""
