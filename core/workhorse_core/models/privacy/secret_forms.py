"""Forms in which code, settings and comments hold a secret otherwise than as `name = "value"`.

Each form has signs, one of which a text must hold before looking for it is worth the time. The group ``value`` (or the
whole of ``pieces``, each literal in it) is hidden.
"""

import re

from workhorse_core.system.lazy_regex import late_pattern
from workhorse_core.system.named_tuple import NamedTuple

_LITERAL = r"[rbuf]{0,2}(?:\"[^\"\n\\]{1,400}\"|'[^'\n\\]{1,400}')"
_JOINT = r"\s{0,80}[+\\]?\s{0,80}"
LITERAL = late_pattern(r"(?:\"(?P<double>[^\"\n\\]{1,400})\"|'(?P<single>[^'\n\\]{1,400})')")


class SecretForm(NamedTuple):
    """One form.

    ``is_certain`` is whether any value in it counts, not only one that looks like a secret; where it ``is_loose``, the
    value must look like nothing else.
    """

    signs: tuple[str, ...]
    pattern: re.Pattern[str]
    is_certain: bool = True
    is_loose: bool = False


FORMS = (
    SecretForm(  # an HTTP header or a client's option; Bearer is found by itself
        ("uthorization", "AUTHORIZATION"),
        late_pattern(
            r"authorization[\"']?\]?[ \t]{0,4}[:=,][ \t]{0,4}[rbuf]{0,2}[\"']?"
            r"(?:basic|token|apikey|api-key|key|digest|negotiate|ntlm|hmac|splunk|genie[kK]ey)[ \t]{1,4}"
            r"(?P<value>[A-Za-z0-9._~+/:-]{6,2000}={0,2})",
            re.IGNORECASE,
        ),
    ),
    SecretForm(
        ("asic ",),
        late_pattern(r"\b[Bb]asic (?P<value>(?=[A-Za-z0-9+/]{0,200}[0-9A-Z])[A-Za-z0-9+/]{12,2000}={1,2})(?![\w=])"),
    ),
    SecretForm(
        ("curl", "wget", "http"), late_pattern(r"(?:-u|--user)[ =][\"']?[\w.@-]{1,60}:(?P<value>[^\s\"':$]{3,200})")
    ),
    SecretForm(  # a user and a password side by side
        ("auth", "Auth", "login", "redential", "onnect"),
        late_pattern(
            r"(?:\bauth|_auth|BasicAuth|DigestAuth|[a-z]Auth|\blogin|authenticate|credentials?|basic_auth)[\"']?\]?"
            r"[ \t]{0,4}(?:[=:][ \t]{0,4})?[(\[]\s{0,80}"
            rf"(?:{_LITERAL}|[\w.]{{1,60}})\s{{0,80}},\s{{0,80}}[rbuf]{{0,2}}[\"'](?P<value>[^\s\"'\\]{{3,400}})[\"']\s{{0,80}}[)\]]"
        ),
    ),
    SecretForm(  # bytes of a key; shorter ones are test data
        ("fromhex(", "unhexlify(", "b64decode(", "b32decode(", "b85decode("),
        late_pattern(
            r"(?:fromhex|unhexlify|b64decode|b32decode|b85decode)\(\s{0,80}[rbuf]{0,2}[\"']"
            r"(?P<value>[^\s\"'\\]{24,4000})[\"']"
        ),
        is_certain=False,
    ),
    SecretForm(  # connection strings: key=value pairs, in quotes or up to the line's end
        ("assword=", "ASSWORD=", "wd=", "WD=", "haredAccess", "ccountKey=", "ccessKey="),
        late_pattern(
            r"(?:(?<=[\s;\"'?&])|^)(?:password|passwd|pwd|sharedaccesskey|sharedaccesssignature|accountkey|accesskey)"
            r"[ ]?=[ ]?(?P<value>[^\s;&\"'`$(){}\[\],<>]{4,400})(?=[\s;&\"'`]|$)",
            re.IGNORECASE | re.MULTILINE,
        ),
        is_certain=False,
    ),
    SecretForm(  # options of a command, lines of netrc and of a Dockerfile
        ("--pass", "--token", "--secret", "--api", "-p", "password ", "ENV ", "ARG "),
        late_pattern(
            r"(?:(?<![\w-])--(?:password|passwd|pass|token|auth-token|secret|client-secret|api-?key)[ =]"
            r"|\b(?:mysql|mysqldump|mariadb)(?:[ ]-[\w-]+(?:[ ]\w+)?){0,5}[ ]-p|\bsshpass[ ]-p[ ]?"
            r"|\blogin[ ]\S{1,60}\s{1,9}password[ ]"
            r"|^[ \t]*(?:ENV|ARG)[ ]\w{0,40}(?:PASS(?:WORD|WD)?|SECRET|TOKEN|KEY)\w{0,20}[ ])"
            r"[\"']?(?P<value>[^\s\"'`$<>(){}\[\],;]{6,400})",
            re.MULTILINE,
        ),
        is_certain=False,
    ),
    SecretForm(  # elements of XML
        ("</",),
        late_pattern(
            r"<(?P<name>[\w:.-]{0,40}(?:password|passwd|passphrase|secret|token|apikey|api-key)[\w.-]{0,20})>"
            r"\s{0,20}(?P<value>[^\s<>${}]{4,400})\s{0,20}</(?P=name)>",
            re.IGNORECASE,
        ),
        is_certain=False,
    ),
    SecretForm(  # texts in three quotes
        ('"""', "'''"),
        late_pattern(
            r"(?:pass|password|passwd|passphrase|secret|token|api_?key)\w{0,20}[ ]?=[ ]?[rbuf]{0,2}"
            r"(?P<mark>\"{3}|'{3})\s{0,20}(?P<value>[^\s\"'\\]{6,400})\s{0,20}(?P=mark)",
            re.IGNORECASE,
        ),
        is_certain=False,
    ),
    SecretForm(  # a password as the last argument
        ("set_password(",),
        late_pattern(
            r"set_password\((?:[^()\n]{1,200},)?\s{0,80}[rbuf]{0,2}[\"'](?P<value>[^\s\"'\\]{4,400})[\"']\s{0,80}\)"
        ),
        is_certain=False,
    ),
    SecretForm(  # settings in words: passphrase "value", and tagged values of YAML
        ("assphrase", "!"),
        late_pattern(
            r"(?:\bpassphrase[ ][\"']|(?:password|passphrase|secret|token)\w{0,20}:[ ]![\w!:-]{1,40}[ ][\"']?)"
            r"(?P<value>[^\s\"'<>${}]{6,400})",
            re.IGNORECASE,
        ),
        is_certain=False,
    ),
    SecretForm(  # a password's hash, as htpasswd, shadow and frameworks keep it
        ("$",),
        late_pattern(
            r"\$(?:apr1|1|2[abxy]|5|6|y|argon2id?|scrypt)\$(?:[A-Za-z0-9./=,-]{1,60}\$){0,4}(?P<value>[A-Za-z0-9./+]{20,400})"
        ),
    ),
    SecretForm(  # the key of a Sentry-like DSN
        ("://",), late_pattern(r"https?://(?P<value>[0-9a-f]{32})(?::[0-9a-f]{32})?@[\w.-]{3,200}")
    ),
    SecretForm(  # queries of a URL
        ("token=", "sig=", "key=", "secret=", "ignature="),
        late_pattern(
            r"[?&](?:access_token|auth_token|token|sig|signature|api_?key|key|client_secret|secret|X-Amz-Signature)="
            r"(?P<value>[A-Za-z0-9._~%+/-]{12,2000}=*)",
            re.IGNORECASE,
        ),
        is_certain=False,
    ),
    SecretForm(  # a cookie's header
        ("ookie",),
        late_pattern(
            r"(?<=[\s;\"'=])(?:[\w.-]{0,40}(?:sess(?:ion)?[_-]?(?:id|key)?|csrf-?token|xsrf-token|auth|jwt)|connect\.sid)"
            r"=(?P<value>[^\s;\"'<>${}(),]{12,2000})",
            re.IGNORECASE,
        ),
        is_certain=False,
        is_loose=True,
    ),
    SecretForm(  # cookies in a dictionary
        ("ookies",),
        late_pattern(r"cookies[ ]?=[ ]?\{[\"'][\w.-]{1,60}[\"']:[ ]?[\"'](?P<value>[^\s\"']{12,2000})[\"']"),
        is_certain=False,
        is_loose=True,
    ),
    SecretForm(  # a name and its value as two entries: Kubernetes, ECS
        ("alue",),
        late_pattern(
            r"name[\"']?[ ]?:[ ]?[\"']?[\w.-]{0,40}(?:password|passwd|secret|token|api_?key|access_?key|credential)"
            r"[\w.-]{0,40}[\"']?,?\s{1,80}[\"']?value[\"']?[ ]?:[ ]?[\"']?(?P<value>[^\s\"'<>${}]{6,2000})",
            re.IGNORECASE,
        ),
        is_certain=False,
    ),
    SecretForm(  # a literal that a comment behind it calls a secret
        ("#", "//"),
        late_pattern(
            r"[\"'](?P<value>[^\s\"']{8,400})[\"'][ \t,;)]{0,8}(?:#|//)[ ]{0,4}(?:(?:the|my|our|a)[ ])?(?:\w{1,20}[ ])?"
            r"(?:password|passphrase|secret|token|(?:api|access|private|secret)[ _-]?key|credentials?)[ \t.]{0,4}$",
            re.IGNORECASE | re.MULTILINE,
        ),
        is_certain=False,
    ),
    SecretForm(  # keys of signatures
        ("hmac.new(", "jwt."),
        late_pattern(
            r"\b(?:hmac\.new\((?:key=)?|jwt\.(?:en|de)code\([^,()\n]{1,80},[ ]?(?:key=)?)"
            r"[rbuf]{0,2}[\"'](?P<value>[^\s\"'\\]{6,400})[\"']"
        ),
        is_certain=False,
    ),
    SecretForm(  # SQL
        ("IDENTIFIED BY", "identified by", "PASSWORD '", "password '"),
        late_pattern(
            r"(?:\bidentified[ ]by|\bpassword)[ ](?P<mark>\\?[\"'])(?P<value>[^\s\"'\\%]{4,400})(?P=mark)",
            re.IGNORECASE,
        ),
        is_certain=False,
    ),
    SecretForm(  # calls that take nothing but a secret
        ("_password(", "_token(", "_secret(", "redential("),
        late_pattern(
            r"(?:(?:set|check|verify|validate|hash|make)_(?:password|token|secret)|[A-Za-z](?:Key|Token)Credential)"
            r"\([rbuf]{0,2}[\"'](?P<value>[^\s\"'\\]{6,400})[\"'][,)]"
        ),
        is_certain=False,
    ),
    SecretForm(  # names that only end in "pass"
        ("pass", "Pass", "PASS"),
        late_pattern(
            r"(?:(?<![A-Za-z])(?:[A-Za-z0-9]{1,30}_){0,4}(?:pass|PASS)|(?<![A-Za-z])[a-z]{1,20}Pass)[\"']?\]?"
            r"(?::[ ]?str)?(?:[ ]?[=:][ ]?(?=[rbuf]{0,2}[\"'])|=)[rbuf]{0,2}(?P<mark>[\"']?)"
            r"(?P<value>[^\s\"'`$<>(){}\[\],;%]{6,400})(?P=mark)(?=\s|[,;)}\"']|$)"
        ),
        is_certain=False,
    ),
    SecretForm(  # commands
        ("docker", "htpasswd", "openssl", "-passin", "-passout"),
        late_pattern(
            r"(?:\bdocker[ ]login[ ][^\n]{0,80}?-p[ ]|\bhtpasswd[ ]-\w*b\w*[ ]\S{1,80}[ ]\S{1,60}[ ]"
            r"|\bopenssl[ ][^\n]{0,80}?-k[ ]|-pass(?:in|out)?[ ]pass:)[\"']?(?P<value>[^\s\"'`$<>]{4,400})"
        ),
    ),
    SecretForm(  # a header in quotes
        ("ey: ", "oken: ", "ecret: ", "uth: "),
        late_pattern(
            r"[\"'][\w-]{0,40}(?:api-?key|token|secret|auth)[\w-]{0,20}: (?P<value>[^\s\"'<>${}]{8,2000})[\"']",
            re.IGNORECASE,
        ),
        is_certain=False,
    ),
    SecretForm(  # a user and a password in one text
        ("auth",),
        late_pattern(r"\bauth[ ]?=[ ]?[\"'][\w.@-]{1,60}:(?P<value>[^\s\"':/$]{4,200})[\"']"),
        is_certain=False,
    ),
    SecretForm(  # the signature of a shared address, also outside of it
        ("sig=",), late_pattern(r"(?<![\w])sig=(?P<value>[A-Za-z0-9%+/]{40,120}=*)")
    ),
    SecretForm(
        ("tiger", "sqlplus"), late_pattern(r"\bsqlplus[ ]+(?:-\w+[ ]+)*[\w$]{1,60}/(?P<value>[^\s@\"']{3,60})@")
    ),
    SecretForm(  # bots and services
        ("M", "N", "O"),
        late_pattern(
            r"(?<![\w.-])[MNO][A-Za-z0-9_-]{22,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,40}(?![\w-])"
        ),  # Discord
    ),
    SecretForm(
        (":",),
        late_pattern(r"(?<![\w:.-])[0-9]{8,10}:(?=[\w-]{0,34}[A-Z])(?=[\w-]{0,34}[a-z])[A-Za-z0-9_-]{35}(?![\w-])"),
    ),  # Telegram
    SecretForm(("key-",), late_pattern(r"(?<![\w-])key-[0-9a-f]{32}(?![0-9a-f])")),  # Mailgun
    SecretForm(("-us",), late_pattern(r"(?<![0-9a-f])[0-9a-f]{32}-us[0-9]{1,2}(?![\w-])")),  # Mailchimp
    SecretForm(
        ("gsk_", "r8_", "pplx-", "lin_api_", "figd_", "ntn_", "glc_", "hvs.", "dp.pt.", "dapi", "syt_", "xkeysib-"),
        late_pattern(
            r"(?<![\w-])(?:gsk_[A-Za-z0-9]{40,80}|r8_[A-Za-z0-9]{30,60}|pplx-[A-Za-z0-9]{40,80}"
            r"|lin_api_[A-Za-z0-9]{30,60}|figd_[\w-]{30,60}|ntn_[A-Za-z0-9]{30,60}|glc_[A-Za-z0-9+/]{30,400}={0,2}"
            r"|hvs\.[\w-]{20,200}|dp\.pt\.[A-Za-z0-9]{30,60}|dapi[0-9a-f]{32}|syt_[\w]{10,80}_[A-Za-z0-9]{15,30}_[A-Za-z0-9]{5,8}"
            r"|xkeysib-[0-9a-f]{64}-[A-Za-z0-9]{16})(?![\w-])"
        ),
    ),
    SecretForm(
        ("ATATT3", "sq0", "EAAA"),
        late_pattern(r"ATATT3[\w=-]{60,400}|sq0[a-z]{3}-[\w-]{22,60}|EAAA[A-Za-z0-9_-]{56,80}"),
    ),
)

OPENS_CALL = late_pattern(r"[\w\]]\(\s{0,80}(?:[\w.]{1,60},\s{0,80})?[rbuf]{0,2}[\"'][\w.-]{0,60}\Z")
"""The start of a call up to a telling name in its first or second argument."""

DEFAULT = late_pattern(
    r"[\w.-]{0,40}[\"'][ \t]{0,4},\s{0,80}(?:default[ \t]{0,4}=[ \t]{0,4}|fallback[ \t]{0,4}=[ \t]{0,4})?"
    r"[rbuf]{0,2}(?P<mark>\"|')(?P<value>[^\s\"'\\]{4,400})(?P=mark)"
)
"""The rest of `get("NAME", "value")` and its like, after a telling name."""

IN_WORDS = late_pattern(
    r"[ \t]{0,4}(?P<sign>=|:|\bis\b:?|\bwas\b:?|->)[ \t]{0,4}(?P<value>[^\s\"'`,;(){}\[\]<>$]{6,200})(?=[\s.,;)\"']|$)",
    re.IGNORECASE | re.MULTILINE,
)
"""The rest of a comment or a sentence that gives a secret away, after a telling name."""

OTHERWISE = late_pattern(
    r"[\w.-]{0,40}[\"'](?:, ?(?:None|\"\"|''))?[ \t]{0,4}[)\]]{1,2}[ \t]{0,4}"
    r"(?:if [^\n\"']{0,40}(?:[\"'][\w.-]{1,60}[\"'][^\n\"']{0,40})?else|or|\|\||\?\?|else)[ \t]{0,4}"
    r"[rbuf]{0,2}(?P<mark>\"|')(?P<value>[^\s\"'\\]{4,400})(?P=mark)"
)
"""The rest of `get("NAME") or "value"`, after a telling name."""

HELD = late_pattern(
    r"[\w.-]{0,20}[\"']?(?::[ \t]?[A-Za-z_][\w.| \[\],]{0,40}?)?[ \t]{0,4}[=:][ \t]{0,4}"
    r"(?:[\[{(][ \n]{0,8}(?=[\"'])|(?P<default>[\w.]{1,40}\([^()\n\"']{0,80}\bdefault[ ]?=[ ]?))"
    rf"(?P<pieces>{_LITERAL}(?:\s{{0,80}}[,:]\s{{0,80}}{_LITERAL}){{0,40}})"
)
"""The rest of `names = ["value", "value"]`, `names = {"a": "value"}`, `name = Field(default="value")`."""

CHAIN = late_pattern(
    r"[\w.-]{0,40}[\"']?\]?[ \t]{0,4}(?::[ \t]?[A-Za-z_][\w.| \[\]]{0,30}?[ \t]?)?(?:=|:)[ \t]{0,4}"
    r"(?:(?:bytes\.fromhex|[\w.]{0,20}unhexlify|[\w.]{0,20}b64decode|SecretStr|[\"']{2}\.join|bytes|str|Fernet)?[(\[]{1,2}\s{0,80}){0,3}"
    rf"(?P<pieces>{_LITERAL}(?:(?:{_JOINT}|\s{{0,80}},\s{{0,80}}){_LITERAL}){{0,20}})"
)
"""The rest of `name = ("a" "b")`, `name = "a" + "b"`, `name = SecretStr("a")`, after a telling name."""

COMMON_WORDS = re.compile(
    r"(?:u?int|float|complex|str|sha|md|base|utf|ascii|latin|rfc|ed|aes|rsa|python|py|http|oauth|ipv|v|jwt|hs|rs|es"
    r"|oauth2?|level|type|id|key|token|secret|password|passwd)[_-]?[0-9]{1,5}[a-z]?",
    re.IGNORECASE,
)
"""Words of prose and code that hold a digit and are no secret."""
