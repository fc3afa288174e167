"""One call to a model server: request, stream, structured output, token budget, retries."""
