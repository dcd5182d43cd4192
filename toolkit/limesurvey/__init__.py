"""LimeSurvey both ways: publish a survey, and fetch its responses so that not one is lost."""
