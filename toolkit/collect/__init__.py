"""What comes in from people: questionnaires out, responses in. Knows the order of work, as `analysis` does."""
