"""Vocabulary of names: verbs, adjectives, acronyms, and short forms with their spelling."""


def word_set(text: str) -> frozenset[str]:
    """Split a list of words."""
    return frozenset(text.split())


ACRONYMS = word_set(
    """
    ansi api ascii asgi ast aws bom bsd cdn cgi ci cidr cli cors cpu crc crlf csrf css csv db dns dom eof eol
    eta etag fifo ftp gid gpu gui guid hmac html http https icmp id idna imap io ip ipc iri iso jit jpeg json
    jsonp jwt lan ldap lifo lru lsp mac md5 mime mro mtime nan oauth orm os pdf pem pgp pid png posix ram rfc
    rgb rpc rsa rss sdk sha sha1 sha256 sha512 smtp sni soap sql ssh ssl sso stderr stdin stdout svg tcp tls
    toml tsv ttl tty tz udp ui uid uri url urn utc utf uuid wsgi xhtml xml xss yaml
    """
)
"""Written in capitals."""

SPELLED = {
    "utf8": "UTF-8",
    "utf16": "UTF-16",
    "utf32": "UTF-32",
    "ipv4": "IPv4",
    "ipv6": "IPv6",
    "http2": "HTTP/2",
    "http11": "HTTP/1.1",
    "oauth2": "OAuth2",
    "stdin": "stdin",
    "stdout": "stdout",
    "stderr": "stderr",
    "mtime": "modification time",
    "etag": "ETag",
    "json": "JSON",
    "unicode": "Unicode",
    "python": "Python",
    "git": "Git",
    "linux": "Linux",
    "windows": "Windows",
    "urls": "URLs",
    "uris": "URIs",
    "ids": "IDs",
    "uuids": "UUIDs",
    "ips": "IPs",
    "apis": "APIs",
    "nan": "NaN",
    "idna": "IDNA",
    "dir": "directory",
    "dirs": "directories",
    "msg": "message",
    "msgs": "messages",
    "attr": "attribute",
    "attrs": "attributes",
    "arg": "argument",
    "args": "arguments",
    "kwargs": "keyword arguments",
    "kwarg": "keyword argument",
    "param": "parameter",
    "params": "parameters",
    "func": "function",
    "funcs": "functions",
    "fn": "function",
    "cls": "class",
    "obj": "object",
    "objs": "objects",
    "idx": "index",
    "cfg": "configuration",
    "conf": "configuration",
    "config": "configuration",
    "configs": "configurations",
    "env": "environment",
    "envvar": "environment variable",
    "envvars": "environment variables",
    "err": "error",
    "errs": "errors",
    "exc": "exception",
    "ctx": "context",
    "req": "request",
    "resp": "response",
    "val": "value",
    "vals": "values",
    "str": "string",
    "strs": "strings",
    "int": "integer",
    "ints": "integers",
    "dict": "dictionary",
    "dicts": "dictionaries",
    "prev": "previous",
    "tmp": "temporary",
    "temp": "temporary",
    "len": "length",
    "max": "maximum",
    "min": "minimum",
    "info": "information",
    "pkg": "package",
    "pkgs": "packages",
    "lib": "library",
    "libs": "libraries",
    "src": "source",
    "dest": "destination",
    "addr": "address",
    "addrs": "addresses",
    "conn": "connection",
    "cmd": "command",
    "cmds": "commands",
    "desc": "description",
    "impl": "implementation",
    "docs": "documentation",
    "auth": "authentication",
    "opt": "option",
    "opts": "options",
    "pos": "position",
    "sig": "signature",
    "chr": "character",
    "char": "character",
    "chars": "characters",
    "rel": "relative",
    "abs": "absolute",
    "repr": "representation",
    "sep": "separator",
    "pct": "percentage",
    "decl": "declaration",
    "decls": "declarations",
    "vars": "variables",
    "ch": "character",
    "environ": "environment",
    "argv": "argument vector",
    "num": "number",
    "nums": "numbers",
    "avg": "average",
    "std": "standard",
    "coro": "coroutine",
    "cookiejar": "cookie jar",
    "filename": "file name",
    "filenames": "file names",
    "hostname": "host name",
    "username": "user name",
    "pathname": "path name",
    "basename": "base name",
    "dirname": "directory name",
    "filesystem": "file system",
    "timestamp": "timestamp",
    "lineno": "line number",
    "linenos": "line numbers",
    "metavar": "metavar",
    "eof": "end of file",
}
"""Spelling of a word of a name in a sentence."""

VERBS = word_set(
    """
    abort accept acquire activate adapt add adjust advance aggregate align allocate alter analyse analyze
    annotate announce append apply archive arrange ask assemble assign attach augment authenticate authorize
    await backup bind block bootstrap bounce branch broadcast build bump bypass calculate call cancel capitalize
    capture cast change check checkout choose clamp clean cleanup clear clip clone close coerce collapse collect
    colorize combine commit compact compare compile complete compose compress compute concatenate configure
    confirm connect construct consume convert copy correct crawl create cut deactivate debug decide declare
    decode decompress decorate decrease decrement decrypt dedent deduce deduplicate define delegate delete
    deliver demote deny deploy deprecate derive describe deserialize destroy detach detect determine detokenize
    diff disable discard disconnect discover dismiss dispatch display distribute divide download draw drop dump
    duplicate echo edit elect eliminate embed emit emulate enable enclose encode encrypt enforce enqueue enrich
    enter enumerate erase escape establish estimate evaluate evict examine exchange exclude execute exit expand
    explain export expose extend extract fetch fetchall fill filter finalize find finish fire
    fix flatten flip flush fold follow force fork format forward freeze fulfill gather generate get give
    grab grant guess halt handle hash hide highlight identify ignore import include increase increment indent
    infer inform inherit initialise initialize inject insert inspect install instantiate instrument integrate
    intercept interpolate interpret intersect introduce invalidate invert invoke isolate iterate join keep kill
    launch lex limit link lint list listen load locate lock log login logout lookup make mark mask match
    materialize measure memoize merge migrate mix mock modify monitor mount move multiply mutate navigate negate
    negotiate normalise normalize notify obtain offer omit open optimize order organize override overwrite pack
    pad paint parse partition pass paste patch pause peek perform permute persist pick ping place plot pop
    populate post predict prefix prepare prepend preprocess present preserve prevent print probe process produce
    promote prompt propagate protect provide prune publish pull purge push put query queue quit quote raise
    randomize read rebuild recalculate receive recompute reconcile reconnect record recover recreate recurse
    redirect redraw reduce refine reformat refresh regenerate register reindex reject release reload relocate
    remove rename render reopen reorder repair repeat replace reply repopulate report reproduce request
    reraise reschedule reserve reset reshape resize resolve respond restart restore restrict resume
    retain rethrow retrieve retry return reuse reverse revert revoke rewind rewrite roll rollback rotate round
    route run sanitize save scale scan schedule scroll seal search seek select send separate serialize serve set
    setup shift show shrink shuffle shut shutdown sign signal simplify simulate skip slice slugify snapshot
    solve sort spawn specify split squash stage start stash steal step stop store stream stringify strip submit
    subscribe substitute subtract suggest sum summarize supply suppress suspend swap switch synchronize
    tag take teardown terminate toggle tokenize touch trace track train transfer transform translate transpose
    traverse trigger trim truncate unbind undo unescape unfreeze uninstall union unlink unload unlock unmount
    unpack unparse unquote unregister unset unsign unsubscribe untrack unwrap unzip update upgrade upload use
    vacuum validate verify visit wait wake walk warn watch wipe wrap write yield zip
    """
)
"""Words that begin a command. Some of them are nouns too: see TWO_FACED."""

TWO_FACED = word_set(
    """
    abort backup bind block branch bump call cast change check checkout clean cleanup clear close commit compact
    complete content copy correct cut debug default diff display draw drop dump echo estimate exit expect export
    extract file filter fire fix fold force fork format free function group handle hash import index input key
    label limit link list load lock log login logout lookup lower map mark mask match mix mock model mount move
    name note offer open order output override pack pad patch pause pick place plot point position post prefix
    present print process produce prompt pull push put query queue quote raise read record redirect release
    reply report request reserve reset retry return reverse roll rollback round route run sample scale schedule
    seal search secure select separate set setup shift show shuffle shutdown sign signal slice snapshot sort
    split stage start state step stop store stream subject sum supply support swap switch tag teardown test time
    trace track transfer transform trigger trim tune union update upgrade upload upper use value view visit wait
    walk watch wrap yield zip
    """
)
"""Verbs that are nouns or adjectives as well: "request URL" may be a thing or a command."""

NOUNS_TOO = word_set(
    """
    aggregate block branch content decrement default delegate file format function group hash increment index input
    key label limit link list map model name note order output plot point position prefix process query record
    redirect report request retry sample signal state step store stream string subject sum support tag test time
    transform trigger type union value view
    """
)
"""Verbs that may stand in the name of a value."""

FIRMLY_VERBS = word_set(
    """
    add call check clean cleanup clear close copy display drop dump export extract filter fix format import list
    load lock log lookup match move open override pack pad parse patch print process put raise read reset return
    reverse run select send set setup show shutdown sign sort split start stop store strip swap switch teardown
    trim update use validate visit wait walk wrap write zip
    """
)
"""Those of them that are nearly always verbs when something follows."""

PHRASAL = {
    "setup": "set up",
    "cleanup": "clean up",
    "shutdown": "shut down",
    "lookup": "look up",
    "teardown": "tear down",
    "checkout": "check out",
    "rollback": "roll back",
    "login": "log in",
    "logout": "log out",
    "backup": "back up",
    "init": "initialize",
    "exec": "execute",
    "eval": "evaluate",
    "del": "delete",
    "iter": "iterate over",
    "calc": "calculate",
    "gen": "generate",
    "concat": "concatenate",
    "dedup": "deduplicate",
    "rm": "remove",
    "deinit": "deinitialize",
    "recv": "receive",
    "aiter": "iterate asynchronously over",
    "ctor": "construct",
    "warn": "warn about",
}
"""Verbs with another spelling in a sentence."""

PARTICLES = frozenset({"up", "down", "out", "off", "back", "away"})

SMALL_WORDS = word_set(
    """
    against and as at between by for from in into of on onto or over per through to under via with within
    without
    """
)
"""Words that join the parts of a name."""

HARD_WORDS = word_set(
    """
    allow allowing anything are be but can checking could did do does else ensure everything excluding
    expire fail following forget had handling has have how if ignoring including is just keeping like may
    maybe might minus must need no none not only plus preserving remember removing require requiring should
    skipping so than that then try unless until using want wants was what when where whether which while why
    will would
    """
)
"""Words that make a name a clause of its own, which cannot be put into a sentence by rule."""

CREATIVE_VERBS = word_set(
    """
    add append assemble build compose compute construct create declare define derive draw emit establish fork
    generate insert instantiate launch make mock open produce raise register schedule spawn start throw yield
    """
)
"""Verbs whose object is new: "Create a connection"."""

OBJECT_VERBS = word_set(
    """
    add append authenticate cancel capitalize check classify coerce collect compile compress convert decode
    decompress decorate decrypt delete derive deserialize destroy detect dispatch download dump emit encode
    encrypt escape evaluate extract filter finalize find flatten format guess hash identify indent inspect
    install interpolate lock log lookup measure merge migrate normalise normalize notify pack parse print
    publish push quote receive register reject release remove rename render repair replace resolve reverse
    sanitize save schedule send serialize set show sign simplify slugify sort split store strip submit subscribe
    summarize tokenize transform translate traverse truncate unescape uninstall unpack unquote unregister unsign
    unsubscribe unwrap upload validate verify visit wrap
    """
)
"""Verbs that, alone as a name, act on the first parameter."""

EMPTY_VERBS = word_set("do handle manage perform process")
"""Verbs without a meaning of their own: "Process the value"."""

SELF_VERBS = word_set(
    """
    acquire cancel clear close commit connect destroy disconnect finalize flush freeze invalidate launch lock
    open pause rebuild refresh release reload render reset restart resume rewind save shutdown start stop
    suspend terminate unlock validate
    """
)
"""Verbs that, alone as a name of a method without parameters, act on the object itself."""

NOT_OBJECTS = word_set(
    """
    args block blocking callback cls config conn connection context count ctx default delay dry_run encoding env
    errors flag flags force formatter index key kwargs level limit mode n options other parser quiet recursive
    seconds self size start state step stop strict timeout verbose wait
    """
)
"""Parameters that modify how, and are no object of the verb."""

GIVING_VERBS = word_set("append download dump emit log print publish push save send serialize show store upload")
"""Verbs that move their object somewhere."""

DESTINATIONS = word_set(
    """
    buf buffer channel destination fd fh file filename filepath folder fp handle io out output path sink socket
    stream target url writer
    """
)
"""Parameters for the destination."""

ADJECTIVES = word_set(
    """
    absent abstract accessible active alike alive allowed anonymous apart asleep async asynchronous authenticated
    authorized available awake aware bad big binary blank bound bright broken busy cached callable canonical case
    casual cheap clean clear closed cold common compatible complete complex concrete configured connected consistent
    constant consumed cool correct corrupt current dark dead debug deep default deferred deleted dense diagonal
    dirty disabled domestic done dry dynamic eager early easy editable effective elevated eligible empty enabled
    encoded encrypted equal even exclusive executable exhausted expensive expired explicit external extra fake false
    falsy far fast final finished finite first fixed flat foreign formal free fresh frozen full generic global good
    greedy happy hard hashable healthy heavy hidden high hollow horizontal hot huge hungry idle immutable implicit
    inactive incomplete infinite informational initial initialized inner insecure instantiable intact internal
    invalid invalidated iterable known large last late lazy legacy legal light little live loaded local locked
    logical long loose loud low lower manual missing modern multiple mutable naive narrow native near necessary
    negative nested neutral new next normal null numeric numerical obsolete odd offline ok old online open optional
    orthogonal outer parallel partial paused pending permanent physical picklable plain poor positive prepared
    present previous primary prime printable private protected public pure quiet rare raw readable ready real
    recursive redundant registered regular relative reliable remote required resolved retryable reversible rich
    right rough running safe same sane secure seekable serializable shallow shared sharp short sick signed silent
    simple single singular slow small smooth sober solid sorted sparse special stale static steep stopped strict
    strong subnormal subscriptable successful supported symbolic symmetric symmetrical synchronous tainted tall
    temporary terminal testable textual thick thin thirsty thread tiny tracked transient transparent trivial true
    truthy unaware unique universal unknown unlocked unused upper upright usable used valid vegan vegetarian verbose
    vertical virtual visible visual volatile vulnerable warm weak wide wrapped writable wrong young zero
    """
)
"""Words that follow "is" without an article."""

ADJECTIVAL_NOUNS = word_set(
    """
    abstract binary callable constant debug executable final iterable native optional primary table thread variable
    """
)
"""Those of them that are nouns as well: "run the executable"."""

NOUNS_IN_ED = frozenset({"seed", "feed", "bed", "speed", "need", "thread", "head", "word", "field", "id"})

MASS_NOUNS = word_set(
    """
    access advice authentication authorization bandwidth caching code compression content context_data credit
    data debugging documentation dry encryption equality escaping evidence feedback formatting gzip help hex html
    indentation indexing information input json logging markup memory metadata middleware monitoring music
    network output padding parsing processing profiling progress punctuation quoting randomness rendering scope
    software space state stderr stdin stdout storage support syntax testing text time traceback tracing traffic
    unicode usage utf whitespace work xml yaml
    """
)
"""Nouns without "a"."""

EMPTY_NAMES = word_set(
    """
    _ __ a action apply b bar base baz c call callback cb common core d decorate decorator do e execute f fn foo
    func function g go h handle helper i impl inner it j job k l loop m main main_loop method misc n o outer p
    perform process q qux r run s step stuff t task temp test that thing this tmp u util utils v w work wrapped
    wrapper x y z
    """
)
"""Names without a meaning of their own."""
