"""Secrets stay here: what leaves holds placeholders, and what comes back holds the secrets again."""

import contextlib
import json
import time
from collections.abc import Callable

import pytest

from core.models.double import Listener, delta, events, http
from support.endpoint import ScriptedEndpoint
from workhorse_core.errors import AnswerMalformed, EndpointError
from workhorse_core.models.chat.openai_compatible import OpenAICompatible
from workhorse_core.models.conversation import Conversation, user
from workhorse_core.models.locate import Search, find_endpoint
from workhorse_core.models.privacy.access import Access
from workhorse_core.models.privacy.masking import MaskingEndpoint, mask_conversation
from workhorse_core.models.privacy.secrets import STEM, find_secrets
from workhorse_core.models.question import Question, ask
from workhorse_core.settings.config import Config

# put together here, so that no scanner takes this file for a leak
AWS = "AKIA" + "IOSFODNN7QQXYZAB"
GITHUB = "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a"
STRIPE = "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc"
JWT = "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0NTY3ODkwIn0." + "dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"
DISCORD = "MTk4NjIyNDgzNDcxOTI1MjQ4." + "Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs"
KEY = "-----BEGIN RSA PRIVATE KEY-----\n" + "MIIEpAIBAAKCAQEA7bq2x9Qv\n" * 4 + "-----END RSA PRIVATE KEY-----"

SECRETS = [
    (f'key = "{AWS}"', AWS),
    (f"git clone https://x:{GITHUB}@github.com/a/b", GITHUB),
    (f"stripe.api = '{STRIPE}'", STRIPE),
    (f"curl -H 'Authorization: Bearer {JWT}'", JWT),
    (f'KEY = """{KEY}"""', KEY),
    ('PASSWORD = "hunter2hunter2"', "hunter2hunter2"),
    ('db = connect(password="S3cr3t!pass")', "S3cr3t!pass"),
    ('config["api_key"] = "0f9a8b7c6d5e4f3a"', "0f9a8b7c6d5e4f3a"),
    ('{"client_secret": "Zm9vYmFyYmF6cXV4"}', "Zm9vYmFyYmF6cXV4"),
    ('TOKEN: str = "a1b2c3d4e5f6"', "a1b2c3d4e5f6"),
    ("DB_PASSWORD=correct-h0rse\n", "correct-h0rse"),
    ("export SECRET_KEY=9fj20dkw02kd\n", "9fj20dkw02kd"),
    ("password: hunter2!x\n", "hunter2!x"),
    ("postgres://app:pa55word@db/main", "pa55word"),
    ("x = 'kJ8s0QpLm3Zx7VbN2cRt5Yw9HgFd4AaE6uIoT1eP'", "kJ8s0QpLm3Zx7VbN2cRt5Yw9HgFd4AaE6uIoT1eP"),
    # headers
    ('headers = {"Authorization": "Basic Ym9iOmh1bnRlcjJodW50ZXIy"}', "Ym9iOmh1bnRlcjJodW50ZXIy"),
    ("curl -H 'Authorization: Basic Ym9iOmh1bnRlcjI='", "Ym9iOmh1bnRlcjI="),
    ('session.headers["Authorization"] = "Token 9944b09199c62bcf9418"', "9944b09199c62bcf9418"),
    ('request.add_header("Authorization", "ApiKey q8Zt2kLm0pXx")', "q8Zt2kLm0pXx"),
    ("Authorization: Digest 5ccc069c403ebaf9f0171e9517f40e41", "5ccc069c403ebaf9f0171e9517f40e41"),
    ("curl -u bob:hunter2hunter2 https://example.org", "hunter2hunter2"),
    # defaults
    ('os.environ.get("DB_PASSWORD", "hunter2x")', "hunter2x"),
    ('os.getenv("API_TOKEN", "a1b2c3d4e5")', "a1b2c3d4e5"),
    ('SECRET_KEY = config("SECRET_KEY", default="9fj20dkw02kd")', "9fj20dkw02kd"),
    ('env.str("APP_SECRET", "9fj20dkw02kd")', "9fj20dkw02kd"),
    ('monkeypatch.setenv("API_TOKEN", "a1b2c3d4e5")', "a1b2c3d4e5"),
    ('os.environ.setdefault(\n    "DB_PASSWORD",\n    "hunter2x",\n)', "hunter2x"),
    ('os.environ.get("DB_PASSWORD") or "hunter2x"', "hunter2x"),
    ('os.environ["API_TOKEN"] or "a1b2c3d4e5"', "a1b2c3d4e5"),
    # put together
    ('PASSWORD = "hunt" + "er2x"', "er2x"),
    ('PASSWORD = ("hunt" "er2x")', "er2x"),
    ('PASSWORD = (\n    "hunt"\n    "er2x"\n)', "er2x"),
    ("API_TOKEN = 'abcd' 'ef01' + 'g2h3'", "g2h3"),
    ('password = "".join(["hunt", "er2x"])', "er2x"),
    ('password = SecretStr("hunter2x")', "hunter2x"),
    # comments and sentences
    ("# password: hunter2x\n", "hunter2x"),
    ("x = 1  # the old password was hunter2x.\n", "hunter2x"),
    ("// token: a1b2c3d4e5\n", "a1b2c3d4e5"),
    ("-- passwd = hunter2x\n", "hunter2x"),
    ('"""The default password is hunter2x."""', "hunter2x"),
    # pairs
    ('auth = ("bob", "hunter2")', "hunter2"),
    ('requests.get(url, auth=("bob", "swordfish"))', "swordfish"),
    ('HTTPBasicAuth("bob", "swordfish")', "swordfish"),
    ('smtp.login(USER, "swordfish")', "swordfish"),
    ('credentials = ["bob", "swordfish"]', "swordfish"),
    # bytes
    ('key = bytes.fromhex("000102a37f5e4d3c2b1a09f8e7d6c5b4")', "000102a37f5e4d3c2b1a09f8e7d6c5b4"),
    ('key = binascii.unhexlify(b"8f14e45fceea167a5a36dedd4bea2543")', "8f14e45fceea167a5a36dedd4bea2543"),
    ('k = base64.b64decode("c2VjcmV0IGtleSBmb3IgdGVzdHMgMTIz")', "c2VjcmV0IGtleSBmb3IgdGVzdHMgMTIz"),
    ('token = bytes.fromhex("a1b2c3d4")', "a1b2c3d4"),
    # connection strings
    ('connect("host=db user=app password=pa55word dbname=x")', "pa55word"),
    ('"Server=db;User Id=app;Password=pa55word;Encrypt=yes"', "pa55word"),
    ('"jdbc:postgresql://db/x?user=app&password=pa55word"', "pa55word"),
    ('redis.from_url("redis://:pa55word@db:6379/0")', "pa55word"),
    ('sentry_sdk.init("https://0123456789abcdef0123456789abcdef@o1.ingest.example.org/1")', "0123456789abcdef" * 2),
    ("sqlplus scott/tiger1@db", "tiger1"),
    ('url = "https://api.example.org/?access_token=a1b2c3d4e5f6g7"', "a1b2c3d4e5f6g7"),
    # environment, once more
    ('os.environ.get("APP_SECRET", None) or "a1b2c3d4e5"', "a1b2c3d4e5"),
    ('pw = os.environ["DB_PASSWORD"] if "DB_PASSWORD" in os.environ else "hunter2x"', "hunter2x"),
    ('setattr(settings, "SECRET_KEY", "9fj20dkw02kd")', "9fj20dkw02kd"),
    # letters alone, in no order of words
    ('connect(password="GIsiOFDTZaybdgugjLXJuNAj")', "GIsiOFDTZaybdgugjLXJuNAj"),
    ("APP_TOKEN=wHnOIifpJzAQPtmvBjdqRz", "wHnOIifpJzAQPtmvBjdqRz"),
    ('password = "%LxuXifvI&*mZf14"', "%LxuXifvI&*mZf14"),
    # several in one
    ('TOKENS = ["b8aa0e72792ac2729b6a", "x"]', "b8aa0e72792ac2729b6a"),
    ('API_KEYS = {"bob": "EFkDwcHGIXZEDafnsFhy"}', "EFkDwcHGIXZEDafnsFhy"),
    ('token: str = Field(default="hunter2-Ag8Vxfbl")', "hunter2-Ag8Vxfbl"),
    # a name, and its value apart
    ('- name: DB_PASSWORD\n  value: "9qdhH7Bbf7P8E"', "9qdhH7Bbf7P8E"),
    ('{"name": "API_TOKEN", "value": "9qdhH7Bbf7P8E"}', "9qdhH7Bbf7P8E"),
    ('X = "hunter2-Ag8"  # the API key', "hunter2-Ag8"),
    ('db_pass = "hunter2x"', "hunter2x"),
    ('auth = "bob:hunter2x"', "hunter2x"),
    # cookies
    ('headers = {"Cookie": "lang=en; sessionid=b8aa0e72792ac2729b6a6f4b"}', "b8aa0e72792ac2729b6a6f4b"),
    ('get(url, cookies={"sid": "VPKqYSfWFIAx4UtSdKrZYpwr"})', "VPKqYSfWFIAx4UtSdKrZYpwr"),
    # calls
    ('jwt.encode(payload, "9qdhH7Bbf7P8E", algorithm="HS256")', "9qdhH7Bbf7P8E"),
    ('hmac.new(b"9qdhH7Bbf7P8E", message, "sha256")', "9qdhH7Bbf7P8E"),
    ('user.check_password("hunter2x")', "hunter2x"),
    # bots
    (
        'bot.run("' + "MTk4NjIyNDgzNDcxOTI1MjQ4." + 'Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs")',
        "Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs",
    ),
    ('Bot("' + "123456789:" + 'ABCdefGhIJKlmNoPQRsTUVwxyZ012345678")', "ABCdefGhIJKlmNoPQRsTUVwxyZ012345678"),
    ('mail("key-' + '0123456789abcdef" "0123456789abcdef")'.replace('" "', ""), "0123456789abcdef" * 2),
    ('groq("gsk_' + "a1B2" * 13 + '")', "a1B2" * 13),
]

INNOCENT = [
    'api_token = "fetchUserAccessTokenFromRequest"',
    'TOKENS = {"plus": "PLUS1", "minus": "MINUS2"}',
    'TOKENS = {"first": "DEFAULT_FIRST_LAST_PASS"}',
    'name: "token"\nvalue: x',
    'x = "hello world"  # a token of the language',
    'compass = "north-7 by east"',
    'cookies = {"consent": "everything"}',
    'PASS_1 = "first pass"',
    "SQL = \"... PASSWORD '%s'\"",
    'token = "token"',
    'password = getpass("Password: ")',
    "token = tokenizer.next_token()",
    "def check(password: str, token: int = 0) -> bool:",
    "secret_name = settings.secret_name",
    'PASSWORD = "changeme1"',
    'API_KEY = "your-api-key-1"',
    'API_KEY = "${API_KEY_1}"',
    'raise KeyError("private key is missing")',
    "if header == '-----BEGIN PRIVATE KEY-----':",
    'ALPHABET = "abcdefghijklmnopqrstuvwxyz"',
    "token = parse(token2)",
    'url = "http://127.0.0.1:11434/v1"',
    'os.environ.get("DB_PASSWORD", "")',
    'os.getenv("API_TOKEN", None)',
    'parser.add_argument("--token", help="The token.")',
    'label = ("password", "Password")',
    'password_help = "Enter your " "password, at least 8 letters"',
    "# token: int32",
    "# secret: sha256 of the name",
    "# the password is hashed with bcrypt",
    "# token = next(tokens)",
    "password is None or token is not None",
    "auth = get_auth(user, password)",
    "auth = (user, password)",
    'login("bob")',
    'bytes.fromhex("00ff")',
    'base64.b64decode("aGVsbG8=")',
    "connect(host=host, password=password)",
    "Basic usage follows; basic Authentication is not",
    'TOKENS = ("INDENT1", "DEDENT1")',
    "https://example.org/?page=2&key=name",
    "See https://example.org/x@y and user@example.org",
    "MAX_LENGTH.value_.something_long_enough_to_match",
    "https://example.org/a:b@c",
]


OTHER_LANGUAGES = (
    ("<password>9qdhH7Bbf7P8E</password>", "9qdhH7Bbf7P8E"),
    ("<db.Password>\n  Tr0ub4dor!x\n</db.Password>", "Tr0ub4dor!x"),
    ("deploy --password 9qdhH7Bbf7P8E", "9qdhH7Bbf7P8E"),
    ("deploy --auth-token=9qdhH7Bbf7P8E", "9qdhH7Bbf7P8E"),
    ("mysql -h db -u root -p9qdhH7Bbf7P8E", "9qdhH7Bbf7P8E"),
    ("sshpass -p '9qdhH7Bbf7P8E' ssh x", "9qdhH7Bbf7P8E"),
    ("machine x login bob password 9qdhH7Bbf7P8E", "9qdhH7Bbf7P8E"),
    ("FROM x\nENV DB_PASS 9qdhH7Bbf7P8E\n", "9qdhH7Bbf7P8E"),
    ("ARG NPM_TOKEN 9qdhH7Bbf7P8E", "9qdhH7Bbf7P8E"),
    ('PASS = """9qdhH7Bbf7P8E"""', "9qdhH7Bbf7P8E"),
    ('keyring.set_password("service", "bob", "9qdhH7Bbf7P8E")', "9qdhH7Bbf7P8E"),
    ('passphrase "9qdhH7Bbf7P8E"', "9qdhH7Bbf7P8E"),
    ("token: !vault 9qdhH7Bbf7P8E", "9qdhH7Bbf7P8E"),
    ("bob:$apr1$k3Qx9.aZ$Jm2rTq7uVw8xYz1A2b3C4.", "Jm2rTq7uVw8xYz1A2b3C4."),
    (
        "bob:$2y$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
        "N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
    ),
    ("password: puE3oD5IWa7kOy4GQpf0v", "puE3oD5IWa7kOy4GQpf0v"),
)
OTHER_LANGUAGES += (
    ("ALTER USER bob IDENTIFIED BY '9qdhH7Bbf7P8E';", "9qdhH7Bbf7P8E"),
    ("docker login -u bob -p 9qdhH7Bbf7P8E", "9qdhH7Bbf7P8E"),
    ('curl -H "X-Api-Key: 9qdhH7Bbf7P8E" https://x', "9qdhH7Bbf7P8E"),
    ("openssl rsa -passin pass:9qdhH7Bbf7P8E", "9qdhH7Bbf7P8E"),
    ("https://discord.com/api/webhooks/1234567890/9qdhH7Bbf7P8E9qdhH7Bbf7P8E", "9qdhH7Bbf7P8E9qdhH7Bbf7P8E"),
    ("DB_PASS=9qdhH7Bbf7P8E", "9qdhH7Bbf7P8E"),
)
INNOCENT_ELSEWHERE = (
    "<password>${DB_PASSWORD}</password>",
    "<token>string</token>",
    "deploy --password $DB_PASSWORD",
    "deploy --token TOKEN",
    "mysql -p database",
    "ENV PYTHONPATH /app",
    "def f(password: PasswordHasher2) -> None: ...",
    "user.set_password(raw)",
    "price is $5$ or $6$",
)


@pytest.mark.parametrize(("text", "secret"), OTHER_LANGUAGES, ids=[text[:24] for text, _ in OTHER_LANGUAGES])
def test_secret_in_another_language_of_settings_is_found(text: str, secret: str) -> None:
    assert secret in {text[first:last] for first, last in find_secrets(text)}


@pytest.mark.parametrize("text", INNOCENT_ELSEWHERE)
def test_no_secret_is_found_where_settings_name_one(text: str) -> None:
    assert list(find_secrets(text)) == []


@pytest.mark.parametrize(("text", "secret"), SECRETS, ids=[text[:24] for text, _ in SECRETS])
async def test_a_secret_is_not_sent_and_comes_back(text: str, secret: str) -> None:
    inner = ScriptedEndpoint(lambda conversation: conversation.messages[-1].text)
    answer = await ask(MaskingEndpoint(inner), Question("system", "", text))
    assert secret not in inner.conversations[0].text
    assert STEM in inner.conversations[0].text
    assert answer.text == text


@pytest.mark.parametrize("text", INNOCENT)
async def test_code_that_only_mentions_secrets_is_sent_unchanged(text: str) -> None:
    inner = ScriptedEndpoint("Done.")
    await ask(MaskingEndpoint(inner), Question("system", "", text))
    assert inner.conversations[0].messages[-1].text == text


async def test_no_byte_of_a_secret_is_on_the_wire(listen: Callable[..., Listener]) -> None:
    listener = listen(lambda _: events(delta(content="Done."), delta(finish="stop")))
    text = "\n".join(text for text, _ in SECRETS)
    endpoint = MaskingEndpoint(OpenAICompatible(Access(listener.url, "m")))
    await ask(endpoint, Question(text, text, text))
    await endpoint.close()
    sent = b"".join(listener.received)
    assert STEM.encode() in sent
    for _, secret in SECRETS:
        for line in secret.splitlines()[1:-1] or [secret]:
            assert line.encode() not in sent
            assert json.dumps(line)[1:-1].encode() not in sent


@pytest.mark.parametrize("how", ["named", "several", "found"])
async def test_every_endpoint_that_is_found_masks(listen: Callable[..., Listener], how: str) -> None:
    def respond(request: bytes) -> bytes:
        if request.startswith(b"GET /v1/models"):
            return http(200, b'{"data": [{"id": "m"}]}')
        return events(delta(content="Done."), delta(finish="stop")) if b"/chat/" in request else http(404, b"{}")

    listener = listen(respond)
    configs = {"named": Config(url=listener.url), "several": Config(urls=(listener.url,)), "found": Config()}
    endpoint = find_endpoint(configs[how], {}, Search(ports=[listener.port]))
    assert endpoint is not None
    await ask(endpoint, Question("s", "c", f'key = "{AWS}"'))
    await endpoint.close()
    (body,) = listener.bodies
    assert AWS not in json.dumps(body)
    assert STEM in json.dumps(body)


async def test_a_secret_in_json_is_escaped_as_json() -> None:
    inner = ScriptedEndpoint(lambda conversation: json.dumps({"text": conversation.messages[-1].text}))
    answer = await ask(MaskingEndpoint(inner), Question("s", "", KEY, schema={"type": "object"}))
    assert json.loads(answer.text) == {"text": KEY}


async def test_the_same_secret_has_the_same_placeholder_and_the_context_stays_the_same_for_every_region() -> None:
    start = Conversation((user(f'a = "{AWS}"'),))
    first, _ = mask_conversation(start.plus(user(f'b = "{AWS}"')))
    second, _ = mask_conversation(start.plus(user(f'c = "{STRIPE}"')))
    assert [message.text for message in first.messages] == [f'a = "{STEM}1"', f'b = "{STEM}1"']
    assert [message.text for message in second.messages] == [f'a = "{STEM}1"', f'c = "{STEM}2"']


async def test_a_changed_placeholder_fails_the_draft() -> None:
    inner = ScriptedEndpoint(f"The key is {STEM}7.")
    with pytest.raises(AnswerMalformed, match="changed the placeholder"):
        await ask(MaskingEndpoint(inner), Question("s", "c", f'a = "{AWS}"'))


async def test_a_secret_is_hidden_also_in_its_other_places() -> None:
    first = 'PASSWORD = "hunter2x"\ncheck("hunter2x")  # hunter2x, and not hunter2xy\n'
    inner = ScriptedEndpoint(lambda conversation: conversation.messages[-1].text)
    answer = await ask(MaskingEndpoint(inner), Question("system", first, "def f():\n    return log('hunter2x')\n"))
    sent = inner.conversations[0].text
    assert sent.count(f"{STEM}1") == 4
    assert sent.count("hunter2x") == sent.count("hunter2xy") == 1
    assert answer.text.endswith("log('hunter2x')\n")


async def test_a_word_that_was_a_password_is_left_where_it_is_only_a_word() -> None:
    inner = ScriptedEndpoint("Done.")
    await ask(MaskingEndpoint(inner), Question("s", 'auth = ("bob", "swordfish")\n', "def swordfish(): ...\n"))
    assert "def swordfish()" in inner.conversations[0].text


async def test_a_text_that_looks_like_a_placeholder_is_left_alone() -> None:
    inner = ScriptedEndpoint(lambda conversation: conversation.messages[-1].text)
    text = f'a = "{AWS}"  # {STEM}1'
    assert (await ask(MaskingEndpoint(inner), Question("s", "", text))).text == text


@pytest.mark.parametrize("part", [KEY[:90], KEY[60:]])
async def test_half_a_private_key_is_refused(part: str) -> None:
    inner = ScriptedEndpoint("Done.")
    with pytest.raises(EndpointError, match="part of a private key"):
        await ask(MaskingEndpoint(inner), Question("s", "c", part))
    assert not inner.conversations


@pytest.mark.parametrize(
    "text",
    [
        *("password" * 20_000, "-----BEGIN PRIVATE KEY-----" * 2_000, "://a:" * 30_000, "eyJ" * 40_000),
        *("secret=" * 20_000, "a_pass" * 20_000, 'tokens=["a",' * 10_000, '"aaaaaaaa" #a ' * 10_000),
        *("cookies={'a':'" * 10_000, "openssl -k" * 10_000, "name: token " * 10_000, "hmac.new(key=" * 10_000),
    ],
)
def test_looking_takes_no_long_time_whatever_the_text(text: str) -> None:
    started = time.process_time()
    with contextlib.suppress(EndpointError):
        list(find_secrets(text))
    assert time.process_time() - started < 2
