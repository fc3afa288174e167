"""Sentences made of names: verbs, questions, nouns, and names with a fixed meaning."""
