from collections.abc import Callable

import pytest

from workhorse_core.actions.docstrings.rules.known import Known

Write = Callable[..., Known]

SENTENCES = [
    ("def parse_wheel_filename(x): g(x)", "Parse the wheel file name."),
    ("def create_connection(): return g()", "Create a connection."),
    ("def add_headers(h): g(h)", "Add headers."),
    ("def merge_http_headers(a, b): g(a, b)", "Merge the HTTP headers."),
    ("def extract_cookies_to_jar(jar, r): g(jar, r)", "Extract the cookies to the jar."),
    ("def remove_cookie_by_name(jar, name): g(jar, name)", "Remove the cookie by name."),
    ("def lookup_default(name): g(name)", "Look up the default."),
    ("def set_up_logging(x): g(x)", "Set up logging."),
    ("def warn_deprecated_option(x): g(x)", "Warn about the deprecated option."),
    ("def get_encoding_from_headers(h): return g(h)", "Return the encoding from the headers."),
    ("def get_full_url(x): return g(x)", "Return the full URL."),
    ("def iter_lines(x): yield x", "Iterate over the lines."),
    ("def is_ipv4_address(text): return g(text)", "Return whether ``text`` is an IPv4 address."),
    ("def is_valid_cidr(x): return g(x)", "Return whether ``x`` is a valid CIDR."),
    ("def is_closed(stream) -> bool: return g(stream)", "Return whether ``stream`` is closed."),
    ("def has_children(node): return g(node)", "Return whether ``node`` has children."),
    ("def should_retry(error): return g(error)", "Return whether to retry."),
    ("def to_native_string(text): return g(text)", "Convert ``text`` to a native string."),
    ("def int_to_bytes(n): return g(n)", "Convert an integer to bytes."),
    ("def dict_from_cookiejar(j): return g(j)", "Create a dictionary from a cookie jar."),
    ("def num_workers(): return g()", "Return the number of workers."),
    ("def retry_count(): return g()", None),  # "retry" may be a deed
    ("def default_headers(): return g()", "Return the default headers."),
    ("def sign(value): return g(value)", "Sign ``value``."),
    ("def list_commands(ctx): return g(ctx)", "List the commands."),
    ("def format_help(ctx): return g(ctx)", "Format the help."),
    ("def table_exists(t): return g(t)", "Return whether the table exists."),
    ("def is_key_valid(key): return g(key)", "Return whether the key is valid."),
    ("def is_case_sensitive(text): return g(text)", "Return whether ``text`` is case sensitive."),
    ("def int_from_hex(x): return g(x)", "Create an integer from hex."),
]

METHODS = [
    ("def close(self): g(self)", "Close the HTTP adapter."),
    ("def copy(self): return g(self)", "Return a copy of the HTTP adapter."),
    ("def is_closed(self): return g(self)", "Return whether the HTTP adapter is closed."),
    ("def is_binary_reader(self): return g(self)", "Return whether the HTTP adapter is a binary reader."),
    ("def has_redirect(self): return g(self)", "Return whether the HTTP adapter has a redirect."),
    ("def has_header(self, name): return g(name)", "Return whether the HTTP adapter has a header ``name``."),
    ("def to_dict(self): return g(self)", "Return the HTTP adapter as a dictionary."),
    ("def as_json(self): return g(self)", "Return the HTTP adapter as JSON."),
    ("@classmethod\n    def from_config(cls, c): return g(c)", "Create an HTTP adapter from a configuration."),
    ("def get_length(self): return g(self)", "Return the length of the HTTP adapter."),
    ("@property\n    def max_redirects(self): return g(self)", "The maximum redirects of the HTTP adapter."),
    ("@property\n    def closed(self) -> bool: return g(self)", "Whether the HTTP adapter is closed."),
    ("@property\n    def is_redirect(self): return g(self)", "Whether the HTTP adapter is a redirect."),
    ("def exists(self): return g(self)", "Return whether the HTTP adapter exists."),
    ("def is_connection_usable(self): return g(self)", "Return whether the connection is usable."),
    ("def is_fully_connected(self): return g(self)", "Return whether the HTTP adapter is fully connected."),
    ("def peek_token(self): return self._token", "Peek the token."),
    ("def set(self, name, value): g(name, value)", "Set ``name`` to ``value``."),
]

NOTHING = [
    "def Check(value): return g(value)",  # it makes a thing of that name
    "def select_extend(x): g(x)",
    "def local_to_utc(x): return g(x)",
    "def escape_none(x): return g(x)",
    "def skip_ws(x): g(x)",
    "def f(x): g(x)",
    "def run(x): g(x)",
    "def main(): pass",
    "def do(x): g(x)",
    "def _(x): g(x)",
    "def test_parse_header(): pass",
    "def ensure_directory(x): g(x)",
    "def raise_for_status(): g()",
    "def create_if_missing(x): g(x)",
    "def request_url(a): return g(a)",  # a thing or a deed
    "def copy_set_param(a): return g(a)",
    "def multiple_domains(x): return g(x) == 1",  # a question, not a thing
    "def is_incomplete_argument(ctx, param): return g(ctx, param)",  # which of the two?
    "def pass_through(f):\n    def inner(): pass\n    return inner",
    "def max_len(length): return _MaxLengthValidator(length)",  # it gives something else
    "def redirect_headers(x): return g(x)",
    "def want_bytes(s): return g(s)",
    "def load_unsafe(x): return g(x)",
    "def base64_encode(x): return g(x)",
    "def convert(instance, attrib, new): g(instance)",
    "def invoke(ctx): g(ctx)",
    "def wait(timeout): g(timeout)",
    "def getheaders(x): return g(x)",
    "def send_handling_auth(x): g(x)",
    "def get_value(x): return g(x)",
    "def is_redirect(x): g(x)",  # it gives nothing
    "def to_string(x): g(x)",
    "def call_on_close(x): g(x)",
    "def dump(stream): g(stream)",  # to it, not it
    "def write_dst(x): g(x)",
    "def is_dst(when): return g(when) == 1",
    "def reset_seqno_out(): g()",
    "def co(x): return x.co",
]


@pytest.mark.parametrize(("code", "sentence"), SENTENCES)
def test_a_name_becomes_a_sentence(known: Write, code: str, sentence: str | None) -> None:
    wrapped = code.replace("): g(", "): k = 1; g(").replace(": return", ": k = 1; return")
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
        ("self._id = g()", "Insert an ID."),
        ("return g(self._id)", "Insert an ID."),
    ],
)
def test_a_getter_named_by_a_verb_is_described_by_its_result(known: Write, body: str, sentence: str) -> None:
    content = known(f"class HTTPAdapter:\n    def insert_id(self):\n        {body}\n", "HTTPAdapter.insert_id").content
    assert content is not None
    assert content.summary == sentence


@pytest.mark.parametrize("code", NOTHING)
def test_an_ambiguous_name_gives_no_sentence(known: Write, code: str) -> None:
    name = code.split("def ")[1].partition("(")[0]
    wrapped = code.replace(": return", ": k = 1; return").replace(": g(", ": k = 1; g(")
    found = known(wrapped, name)
    assert found.content is None
    assert "summary" in found.missing


def test_methods_of_a_class_without_a_noun_get_no_owner(known: Write) -> None:
    assert known("class A:\n    def close(self):\n        k = 1\n        g(k)\n", "A.close").content is None


def test_a_summary_from_an_empty_verb_is_reported_as_missing(known: Write) -> None:
    found = known("def parse_header(value):\n    k = 1\n    return g(k)\n", "parse_header")
    assert found.sources == ("summary: name",)
    assert found.missing == ("summary beyond the name", "description of value", "what is returned")


NO_DEEDS = [
    "def want_bytes(text): return g(text)",
    "def expect_header(name): return g(name)",
    "def require_login(name): g(name)",
    "def process_value(value): g(value)",
    "def process_args_for_args(args): g(args)",
    "def next_plus(): return g()",
    "def write_dl(rows): g(rows)",
]


@pytest.mark.parametrize("code", NO_DEEDS)
def test_a_name_without_a_verb_gives_no_sentence(known: Write, code: str) -> None:
    name = code.removeprefix("def ").partition("(")[0]
    head, _, body = code.partition(": ")
    assert known(f"{head}:\n    k = 1\n    {body}\n", name).content is None


def test_a_decorator_is_not_described_as_its_result(known: Write) -> None:
    code = "def pass_context(f):\n    def new(*args):\n        return f(h(), *args)\n    return new\n"
    assert known(code, "pass_context").content is None


def test_a_method_that_only_raises_does_not_borrow_the_overridden_summary(known: Write) -> None:
    code = """
        class Base:
            def fly(self):
                \"\"\"Rise into the air.\"\"\"
                g(self)

        class Stone(Base):
            def fly(self):
                raise TypeError("a stone is heavy and stays")
    """
    content = known(code, "Stone.fly").content
    assert content is None or content.summary != "Rise into the air."
