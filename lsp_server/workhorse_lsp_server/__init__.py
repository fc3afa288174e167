"""The language server: code actions, progress and review in any editor with LSP."""
