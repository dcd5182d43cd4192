"""Stories: de-identification, language, themes, topics, sentiment, signification and quotes."""
