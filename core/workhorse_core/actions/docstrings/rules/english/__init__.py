"""English: vocabulary, plurals, articles."""
