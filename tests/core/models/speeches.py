"""Answers of the scripted model of these tests, by a marker in the question."""

from support.tiny_gguf import Speech

SUM = '{"summary": "Add two numbers.", "returns": "The sum \\u00fc 🎉."}'
LEAKED = '{"summary": "Leaked.", "returns": "Yes."}'
CODE = "```python\ndef add(a, b):\n\treturn a + b  # ü 🎉\n```\n"
SPEECHES = {
    "": "Nothing to say.",
    "SUM": Speech(SUM, "The user wants a docstring.\nLet me see: add, of course.\n"),
    "CODE": Speech(CODE, "Easy enough."),
    "LEAK": f"<think>I was told not to, but:\nhm.</think>\n\n{LEAKED}",
    "LOST": "So the answer must be this.\n</think>\n\nAfter all.",
    "ONLY": "<think>On and on",
}
