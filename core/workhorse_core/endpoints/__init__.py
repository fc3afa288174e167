"""The model servers that Workhorse can speak to, one file a kind."""
