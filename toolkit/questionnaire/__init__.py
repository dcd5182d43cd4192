"""Questionnaires as code: one source for LimeSurvey, the codebook, paper, data entry and the readability report."""
