from collections.abc import Callable

import pytest

from workhorse_core.actions.docstrings.rules.known import Known

Write = Callable[..., Known]

SENTENCES = [
    ("def parse_wheel_filename(x): _g(x)", "Parse the wheel file name."),
    ("def create_connection(): return _g()", "Create a connection."),
    ("def add_headers(h): _g(h)", "Add headers."),
    ("def merge_http_headers(a, b): _g(a, b)", "Merge the HTTP headers."),
    ("def extract_cookies_to_jar(jar, r): _g(jar, r)", "Extract the cookies to the jar."),
    ("def remove_cookie_by_name(jar, name): _g(jar, name)", "Remove the cookie by name."),
    ("def lookup_default(name): _g(name)", "Look up the default."),
    ("def set_up_logging(x): _g(x)", "Set up logging."),
    ("def warn_deprecated_option(x): _g(x)", "Warn about the deprecated option."),
    ("def get_encoding_from_headers(h): return _g(h)", "Return the encoding from the headers."),
    ("def get_full_url(x): return _g(x)", "Return the full URL."),
    ("def iter_lines(x): yield from _g(x)", "Iterate over the lines."),
    ("def is_ipv4_address(text): return _g(text)", "Return whether ``text`` is an IPv4 address."),
    ("def is_valid_cidr(x): return _g(x)", "Return whether ``x`` is a valid CIDR."),
    ("def is_closed(stream) -> bool: return _g(stream)", "Return whether ``stream`` is closed."),
    ("def has_children(node): return _g(node)", "Return whether ``node`` has children."),
    ("def should_retry(error): return _g(error)", "Return whether to retry."),
    ("def to_native_string(text): return _g(text)", "Convert ``text`` to a native string."),
    ("def int_to_bytes(n): return _g(n)", "Convert an integer to bytes."),
    ("def dict_from_cookiejar(j): return _g(j)", "Create a dictionary from a cookie jar."),
    ("def num_workers(): return _g()", "Return the number of workers."),
    ("def retry_count(): return _g()", None),  # "retry" may be a deed
    ("def default_headers(): return _g()", "Return the default headers."),
    ("def sign(value): return _g(value)", "Sign ``value``."),
    ("def list_commands(ctx): return _g(ctx)", "List the commands."),
    ("def format_help(ctx): return _g(ctx)", "Format the help."),
    ("def table_exists(t): return _g(t)", "Return whether the table exists."),
    ("def is_key_valid(key): return _g(key)", "Return whether the key is valid."),
    ("def is_case_sensitive(text): return _g(text)", "Return whether ``text`` is case sensitive."),
    ("def int_from_hex(x): return _g(x)", "Create an integer from hex."),
]

METHODS = [
    ("def close(self): _g(self)", "Close the HTTP adapter."),
    ("def copy(self): return _g(self)", "Return a copy of the HTTP adapter."),
    ("def is_closed(self): return _g(self)", "Return whether the HTTP adapter is closed."),
    ("def is_binary_reader(self): return _g(self)", "Return whether the HTTP adapter is a binary reader."),
    ("def has_redirect(self): return _g(self)", "Return whether the HTTP adapter has a redirect."),
    ("def has_header(self, name): return _g(name)", "Return whether the HTTP adapter has a header ``name``."),
    ("def to_dict(self): return _g(self)", "Return the HTTP adapter as a dictionary."),
    ("def as_json(self): return _g(self)", "Return the HTTP adapter as JSON."),
    ("@classmethod\n    def from_config(cls, c): return _g(c)", "Create an HTTP adapter from a configuration."),
    ("def get_length(self): return _g(self)", "Return the length of the HTTP adapter."),
    ("@property\n    def max_redirects(self): return _g(self)", "The maximum redirects of the HTTP adapter."),
    ("@property\n    def closed(self) -> bool: return _g(self)", "Whether the HTTP adapter is closed."),
    ("@property\n    def is_redirect(self): return _g(self)", "Whether the HTTP adapter is a redirect."),
    ("def exists(self): return _g(self)", "Return whether the HTTP adapter exists."),
    ("def is_connection_usable(self): return _g(self)", "Return whether the connection is usable."),
    ("def is_fully_connected(self): return _g(self)", "Return whether the HTTP adapter is fully connected."),
    ("def peek_token(self): return self._token", "Peek the token."),
    ("def set(self, name, value): _g(name, value)", "Set ``name`` to ``value``."),
]

NOTHING = [
    "def Check(value): return _g(value)",  # it makes a thing of that name
    "def select_extend(x): _g(x)",
    "def local_to_utc(x): return _g(x)",
    "def escape_none(x): return _g(x)",
    "def skip_ws(x): _g(x)",
    "def f(x): _g(x)",
    "def run(x): _g(x)",
    "def main(): pass",
    "def do(x): _g(x)",
    "def _(x): _g(x)",
    "def test_parse_header(): pass",
    "def ensure_directory(x): _g(x)",
    "def raise_for_status(): _g()",
    "def create_if_missing(x): _g(x)",
    "def request_url(a): return _g(a)",  # a thing or a deed
    "def copy_set_param(a): return _g(a)",
    "def multiple_domains(x): return _g(x) == 1",  # a question, not a thing
    "def is_incomplete_argument(ctx, param): return _g(ctx, param)",  # which of the two?
    "def pass_through(f):\n    def inner(): pass\n    return inner",
    "def max_len(length): return _MaxLengthValidator(length)",  # it gives something else
    "def redirect_headers(x): return _g(x)",
    "def want_bytes(s): return _g(s)",
    "def load_unsafe(x): return _g(x)",
    "def base64_encode(x): return _g(x)",
    "def convert(instance, attrib, new): _g(instance)",
    "def invoke(ctx): _g(ctx)",
    "def wait(timeout): _g(timeout)",
    "def getheaders(x): return _g(x)",
    "def send_handling_auth(x): _g(x)",
    "def get_value(x): return _g(x)",
    "def is_redirect(x): _g(x)",  # it gives nothing
    "def to_string(x): _g(x)",
    "def call_on_close(x): _g(x)",
    "def dump(stream): _g(stream)",  # to it, not it
    "def write_dst(x): _g(x)",
    "def is_dst(when): return _g(when) == 1",
    "def reset_seqno_out(): _g()",
    "def co(x): return x.co",
]


@pytest.mark.parametrize(("code", "sentence"), SENTENCES)
def test_a_name_becomes_a_sentence(known: Write, code: str, sentence: str | None) -> None:
    wrapped = code.replace("): _g(", "): k = 1; _g(").replace(": return", ": k = 1; return")
    name = code.split("def ")[1].partition("(")[0]
    content = known(wrapped, name).content
    assert (content.summary if content else None) == sentence


@pytest.mark.parametrize(("code", "sentence"), METHODS)
def test_a_method_name_becomes_a_sentence_about_its_object(known: Write, code: str, sentence: str) -> None:
    wrapped = code.replace(": return", ": k = 1; return")
    name = code.split("def ")[1].partition("(")[0]
    content = known(f"class HTTPAdapter:\n    {wrapped}\n", f"HTTPAdapter.{name}").content
    assert content is not None
    assert content.summary == sentence


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("return self._id", "Return the insert ID of the HTTP adapter."),
        ("if self._r:\n            return self._r.id\n        return 0", "Return the insert ID of the HTTP adapter."),
        ("self._id = _g()", "Insert an ID."),
        ("return _g(self._id)", "Insert an ID."),
    ],
)
def test_a_getter_named_by_a_verb_is_described_by_its_result(known: Write, body: str, sentence: str) -> None:
    content = known(f"class HTTPAdapter:\n    def insert_id(self):\n        {body}\n", "HTTPAdapter.insert_id").content
    assert content is not None
    assert content.summary == sentence


@pytest.mark.parametrize("code", NOTHING)
def test_an_ambiguous_name_gives_no_sentence(known: Write, code: str) -> None:
    name = code.split("def ")[1].partition("(")[0]
    wrapped = code.replace(": return", ": k = 1; return").replace(": _g(", ": k = 1; _g(")
    found = known(wrapped, name)
    assert found.content is None
    assert "summary" in found.missing


def test_methods_of_a_class_without_a_noun_get_no_owner(known: Write) -> None:
    assert known("class A:\n    def close(self):\n        k = 1\n        _g(k)\n", "A.close").content is None


def test_a_summary_from_an_empty_verb_is_reported_as_missing(known: Write) -> None:
    found = known("def parse_header(value):\n    k = 1\n    return _g(k)\n", "parse_header")
    assert found.sources == ("summary: name",)
    assert found.missing == ("summary beyond the name", "description of value", "what is returned")


NO_DEEDS = [
    "def want_bytes(text): return _g(text)",
    "def expect_header(name): return _g(name)",
    "def require_login(name): _g(name)",
    "def process_value(value): _g(value)",
    "def process_args_for_args(args): _g(args)",
    "def next_plus(): return _g()",
    "def write_dl(rows): _g(rows)",
]


@pytest.mark.parametrize("code", NO_DEEDS)
def test_a_name_without_a_verb_gives_no_sentence(known: Write, code: str) -> None:
    name = code.removeprefix("def ").partition("(")[0]
    head, _, body = code.partition(": ")
    assert known(f"{head}:\n    k = 1\n    {body}\n", name).content is None


def test_a_decorator_is_not_described_as_its_result(known: Write) -> None:
    code = "def pass_context(f):\n    def new(*args):\n        return f(_h(), *args)\n    return new\n"
    assert known(code, "pass_context").content is None


def test_a_method_that_only_raises_does_not_borrow_the_overridden_summary(known: Write) -> None:
    code = """
        class Base:
            def fly(self):
                \"\"\"Rise into the air.\"\"\"
                _g(self)

        class Stone(Base):
            def fly(self):
                raise TypeError("a stone is heavy and stays")
    """
    content = known(code, "Stone.fly").content
    assert content is None or content.summary != "Rise into the air."
