"""Words of docstrings: those that any may use, and those for a thing that the code must show.

The first were counted in the docstrings of 27 well-documented projects; a word is in it if five of them use it, in one
form for each stem. Words for a thing were taken out by hand, each with a pattern that code about such a thing matches.
"""

from functools import cache

from workhorse_core.checks.words.stems import stem, word_set

GENERAL = word_set(
    """
    able about above absolute abstract accept access accommodate according accumulated accuracy across act actions
    active acts actual actually add addition adds adjacent adjust advance affect after afterwards again ahead
    algorithm alias aliases alignment alive all allow almost alone along already also alternative although always
    ambiguous among amount analogous analyze ancestor and annotation another answer any anything anyway anywhere app
    appear append applicable applying approach arbitrary archive are area arg args argument arithmetic around
    ascending ascii ask assert assign associate assume async attach attempt attr author authority auto automatic
    available average avoid aware away back background backward bad bar bare base based basic basis batch because
    become been before begin behave behind being belong below besides best beta better between beyond big binary bind
    blank block body bool boolean both bottom bound brackets branch break broadcast broken buffer buffered bug build
    built bundle but bytestring caching calculate call callable callback callers came can candidate cannot canonical
    capabilities capture care careful carry case cases catch category caught cause caused cell central certain
    certificate chain chance change chars charset check child choice choose chosen chunk class classes clean clear
    close closed closure cls code codes collapsed collect combine come comes comma comment commit common compact
    compile complex component compressed compute concatenate concrete concurrent condition configure confused
    conjunction connect consecutive consider constant consume contain content continue control convert cookie
    coordinate copy core correct cost could count cover covers crash create credentials criteria cross cumulative
    current custom cut cycle cycles data dataclass dataset datetime deal debug decide decimal decision declared decode
    deep def default defers define delete delimiter denote depend deprecated depth derive descending describe design
    desired despite destination details detect determine dev development deviation diagnostic dict dictates dictionary
    did diff differs digest digit dimensions direct disable discard disk dispatch display distance distinct
    distributed divided division doc docs docstring document does doing domain done dot dots dotted double down drawn
    driven drop dropped dst due duplicate duration during dynamic each earlier early easier easy edit effect efficient
    effort either elapsed element ellipsis else elsewhere embedded emit emitted empty enable enclosing encode
    encountered end endpoint ends enforce engine enough ensure enter enters entire entry enum env epoch equal equals
    equivalent error errors escape especially essentially establish estimate etc evaluate even event ever every exact
    examine example exc exceed exceeds except exclude execute exhausted exist exit expand expect expensive expired
    explanation explicit expose expressed extend external extra fact factory fail failure fall fallback false family
    fancy far fashion fast feature fetch few field figure filename filesystem fill filter filters final finally find
    fine finish finite first fit five fixed flag flat flatten flexible floating flow flushes follow foo for force
    forced form format forward found four fraction fragment frame frames free frequency fresh from front frozen full
    fully func function fundamental further future gap general get gets getting give given gives glob globals goal
    goes going good got greater greedy group grow guarantee guess gzip had half hand handle happen hard has hashable
    have having head headers height held help helpers helpful here heterogeneous heuristic hidden hide hierarchy high
    highest hint hold home hook host how however human idea identify ids iff ignore immediate immutable implement
    implicit implies import impossible improved include incoming incorrect increase indent independent index indices
    individual infer inferred infinite info information inherit init initial inline inner input insensitive insert
    inside inspect install instead instruction int integration intended internal into introduced ints invalid inverse
    invocation invoke involved isolation issue issued item iterate its itself join just keep kept kernel key keys
    keyword kind know known kwarg label lack lambda large larger last later latest latter layer lazily lazy lead leaf
    leaking least leave leaves left leftmost legacy legal length less let lets level lexicographically library lie
    lies lifetime like limit line linear lineno lines link list literal live load local locals located lock logic long
    look lookup loop lost lot low lowercase lowest machine made magic magnitude main maintain major make makes
    malformed manage mandatory manner manual manually many map mapped mappings maps mark markers mask match matter
    matters max maximum may maybe mean meaningful meant measure mechanism meet member members merge merged message
    metadata meth method middle might million milliseconds mimic min mind minimal minus mirror mirrors missing mix mod
    mode models modify more most mounted move moved much multi must mutable mutate mutually naive name named
    namedtuple namespace nan native natural nearest necessary need negative neither nested never new newline next nice
    noise non none nor normal normally not notation note nothing now numeric obj object obtain occur off offers offset
    often old omit omitted once one ones only onto onwards opaque open operand opposed optimized optional order
    ordered ordinary origin other others our out outcome outgoing output outside over overall overflow overhead
    overlap override overwritten own owns padding page pair parallel param parent parse parsed part partial pass past
    patch path pattern pending per perform perhaps period permission phase phases physical pick pickle piece pieces
    pipe place placed plain platform please plus point policy pool popped populate port position possible potential
    power practice precedence precise predicate prefer preferred prefix prepare prepend present pretty prevent
    previous primary primitive printing prior priority private probably problem processed produce program project
    propagate proper properly proportional protocol provide proxy public pull pure purpose push put python quadratic
    qualified query question quick quite quote quoted raise raised range ranges rate rather ratio raw reach read
    readable ready real reason receive recent recognized recommended record recover recurse redefine redirect reduce
    redundant ref refers reflect regardless region regions register reject related release relevant reliably relies
    reload remain remote remove render rendered repeat replace report repr represent requested require reserved reset
    resolve resource respect responsible rest restart restore restricted result retain retrieve retry return reuse
    reused reverse revision right robust root roughly round routed routine rule rules run runner runs runtime safe
    safety said same sample satisfy save saved say says scalar scenarios scheme scientific scope score script search
    second section sections security see seed seek seems seen sees segment select self semantic send sense sent
    sentinel separate seq sequence serialize series serve service session set sets setting settings setup several
    shallow shape shapes share shared shell short should show shown shrink shutdown side sign signals significant
    silently similar simple simply since single situation size sizes skip skipped slash slice slices slightly slow
    small soft solution some something soon sortable sorting source space spaces span sparse spec special speed split
    square src stable standard start state static stats status stay stderr stdin stdout step still stop stopped
    storage store stored str strategy stream strict strings strip strongly structure style sub subclassing subject
    submodule subprocess subset substring subtracting subtype success such suffix suitable suite sum summary summed
    supply support suppress sure surprising surrounding switch symbol symlinks symmetric sync synchronization syntax
    system tag tags take taken takes target task technically tell temporary term terminate test text than that the
    their them themselves then there these they thing things think third this those though three threshold through
    thrown thus ties timed timedelta timeout title together too tool top total towards trace tracing track trailing
    transform traverse treat triggers trimmed triple true truncate trusted truth try tuple tuples turn twice two type
    typed typical unable unaffected unary unavailable unbound unchanged unconditionally undefined under underlying
    unequal unexpected unhashable unicode unified uniform union unique unit universal unknown unless unlike unmodified
    unnecessary unpacked unrelated unsafe unset unspecified unsupported until unused unusual update upload upon upper
    uppercase usable usage use used useful username uses using usual usually utility val valid value values var
    variant various vars vary verbatim verbose verify versa version versions very via vice view violated virtual
    visible visit wait want warning warnings was way ways weights well were what whatever when whenever where whether
    which while who whole whose why wide width wiki will wins wish with within without work worth would wrap wrapped
    writable write writes written wrong yet yield you your yourself zero zip
    """
)

CONCEPTS: dict[str, str] = {
    name: pattern
    for name, _, pattern in (
        line.partition(": ")
        for line in r"""
list: list|\[|append|extend|sorted|split\(|\bfor\b|iter|seq|array|tuple|\*\w
read: read|open|load|pars|get|recv|stdin|input|csv|stream|scan|fetch|consum|lex|next
line: line|\\n|row|split|text|wrap
transform: transform|convert|map|appl|func|chang|\(x\)|normal|replac|lower|upper
length: len|size|count|width|long|short|trunc
dictionary: dict|\{|items\(|keys\(|mapping|environ|kwargs|\[['\"]|json|\*\*
tokenize: token|lex|scan
compiled: compil
custom: custom|user|own|overrid|hook|call
account: account|user|bank|balance
address: addr|ip|host|mail|street|url|loc
array: arr|np\.|list|\[|buf|seq|iter
asynchronous: async|await|future|task
asynchronously: async|await|future|task
attribute: attr|__dict__|prop\b|slot|field|self\.\w+ =
audio: audio|sound|wav|sampl
authentication: auth|login|cred|token
bit: bit|<<|>>|&|\||mask|flag|byte|binary
browser: browser|http|html|url|user.?agent
byte: byte|b['"]|encod|decod|buf|binary|raw|octet|bit|size
cache: cach|memo|lru|store|saved|_\w+ is None|hasattr
cached: cach|memo|lru|store|saved|hasattr|is None
character: char|str|chr|ord|\bc\b|\bch\b|text|['"]|letter|byte|code|glyph|word|sep|len|line|\[0\]
checksum: crc|sum|hash|digest
client: client|session|http|request|conn
color: colou?r|rgb|hue|style|fg|bg|ansi|hex|palette
colour: colou?r|rgb|hue|style
column: col|csv|field
command: command|cmd|cli|argv|args|subprocess|shell|exec|run|popen
config: conf|setting|option|ini|toml
configuration: conf|setting|option|ini|toml|env|param|kw|default|prefer
console: console|term|print|stdout|stdin|input|echo|tty
coroutine: async|await|corout|send
country: countr|territ|locale|nation|region|iso
csv: csv
currency: curren|money|price|amount|usd|coin
customer: custom|client|user
database: db|sql|cursor|query|table|session|connect
date: date|time|day|month|year|calend|tz
day: day|date|week|time|delta|calend
decorate: decorat|wraps|wrapper|func
decorated: decorat|wraps|wrapper|func
decorator: decorat|wraps|wrapper
directory: dir|path|folder|cwd
edge: edge|graph|node|vert|side|\bu, v\b|start|end
email: mail|smtp|addr
environment: env|os\.|var|setting|context|nest
excel: xls
file: file|path|open\(|\bfp\b|\bfd\b|stream|\.read|\.write|\bdir|folder
float: float|num|\d\.\d|/|decimal|round|real|math|nan|inf
folder: dir|path|folder
game: game|play|score|board
graph: graph|node|edge|vert|G\b
hash: hash|digest|md5|sha|crc|hmac|checksum
heap: heap
html: html|tag|escape|markup|elem|dom|href|<\w
http: http|url|request|status|header|rfc
image: imag|img|pic|pixel|png|jpe?g|thumb|photo
integer: int|num|count|\d|len|%|//|range|index|round|floor
json: json|dump|load|serial|encod|dict
language: lang|locale|i18n|transl|gram
letter: letter|char|alpha|isupper|lower|upper|str|['"]
locale: local|lang|transl|i18n|country|territ
log: log
logger: log
logging: log
markdown: markdown|md\b
matrix: matri|array|row|dot|np\.|shape|det
memory: mem|alloc|buf|size|ram|ctypes|byte
module: modul|import|pack|file|sys\.
month: month|date|year|calend
network: socket|http|url|net|host|port|conn|addr|request
node: node|tree|elem|child|parent|graph|vert|ast|walk
number: num|count|len\(|\bn\b|int|float|[+*%<>]| - |range|round|size|width|height|depth|max|min|limit|index|\d
option: option|opt|flag|arg|config|setting|kw|choice|param
package: packag|modul|import|dist|pip|req|version|pkg
password: passw|secret|cred|auth|hash
phone: phone|tel
pixel: pix|imag|img|rgb|colou?r|px
price: price|cost|amount|currency
prime: prime|divis|factor|sieve|%
print: print|echo|stdout|stderr|write|show|dump|display
printed: print|echo|stdout|stderr|write|show|dump|display
prints: print|echo|stdout|stderr|write|show|dump|display
process: .
product: prod|mul|\*|cart|item
property: prop|attr|fget|self|field|key
queue: queue|deque|put|fifo|enqueue|pending
random: rand|shuffl|choice|sampl|seed|uuid
recursive: recurs|walk|self\.\w+\(|child|nest|depth|stack|deep
recursively: recurs|walk|child|nest|depth|stack|deep|rglob|rmtree
regex: \bre\.|regex|pattern|match|search|compil|findall|sub\(
regular: \bre\.|regex|pattern|match|search|compil|RE\b|sub\(|normal
request: req|http|url|get\(|post|call|need
response: resp|http|status|body|answer
row: row|csv|record
screen: screen|term|tty|display|curs|print|width
server: server|host|port|serv|http|socket|addr|listen
socket: sock|conn|recv|send
sort: sort|order|heap|\bkey|bisect|rank
sorted: sort|order|heap|\bkey|bisect|rank|insort
spreadsheet: sheet|xls
sql: sql
stack: stack|push|pop|append|frame|trace
student: student|grade|school
subclass: subclass|class|mro|base|inherit|__init_subclass__|issub
table: table|row|col|grid|tabul
temperature: temp|celsius|fahr
template: templ|format|render|jinja|subst|%s
tensor: tensor|np\.|shape
terminal: term|tty|ansi|console|curses|stdout|screen|shell|colou?r|width
thread: thread|lock|concurr|executor|worker|pool
time: .
timestamp: time|stamp|date|clock|epoch
timezone: tz|zone|utc|time
token: tok|lex|scan|auth|pars|word|split
tree: tree|node|child|parent|root|branch|leaf|elem|walk|ast|left|right
url: url|uri|http|link|href|parse|host
user: user|login|account|name|prompt|input|person|member|self\.u|auth
vector: vec|dot|np\.|dimension|coord|norm|\[0\]
video: video|frame|movie
weather: weather
web: http|url|html|web|wsgi
week: week|day|date
whitespace: \bl?r?strip\(|isspace|\\s|white|trim|blank|indent|' '|\" \"|split\(\)
window: window|slid|win|tk|screen|size|chunk
word: word|str|text|token|split|['"]|name|lex
xml: xml|elem|etree|tag|node|dom|sax|parse
yaml: ya?ml
year: year|date|calend|leap
""".splitlines()
    )
    if name
}
"""A pattern for each thing: code that deals with it matches somewhere, whatever its case."""


@cache
def general_stems() -> frozenset[str]:
    """Return the stems of the general words."""
    return frozenset(map(stem, GENERAL))
