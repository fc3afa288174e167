"""Common nouns of names: a private attribute made of these alone can be named ("the message queue")."""

from workhorse_core.actions.docstrings.rules.english.vocabulary import word_set

COMMON_NOUNS = word_set(
    """
    account accounts action actions adapter address addresses alias aliases answer answers argument arguments array
    attribute attributes author backend backends banner bar base batch batches block blocks body bridge broker browser
    buffer buffers bus button cache caches callback callbacks canvas category cell cells channel channels character
    characters child children choice choices chunk chunks class classes client clients clock code codes collection
    collections collector color colors column columns command commands comment comments component components condition
    conditions configuration connection connections console constraint constraints consumer consumers container
    containers content contents context contexts controller cookie cookies copy counter country credential credentials
    currency cursor cursors database datetime decoder definition definitions delay delimiter dependencies depth
    description destination dialog dictionary directory document documents domain driver duration edge edges element
    elements email encoder encoding endpoint engine entries entry environment error errors event events exception
    exceptions executor exchange exchanges expression expressions extension extensions factory feature features field
    fields file filename files filter filters folder folders font footer format formatter formatters frame frames
    function functions future generator generators graph grid group groups handle handler handlers hash header headers
    height hook hooks host icon identifier image images index indexes input instance instances interface interval
    iterator job jobs key keyboard keys kind label labels language layer layers layout length level levels library
    limit limits line lines link links listener listeners locale location locations logger loggers manager managers
    map mapping mappings marker markers mask matrix member members menu message messages metadata method methods
    middleware mode model models module modules monitor namespace network node nodes notification object objects
    observer observers offset operation operations option options order orders output owner package packages packet
    packets page pages pair pairs parameter parameters parent parser parsers part parts password path paths pattern
    patterns payload period permission permissions pipe pipeline player plugin plugins point pointer points policy pool
    port position prefix printer priority problem process processes processor processors producer producers profile
    progress project projects promise prompt property protocol provider providers proxy query queue queues range rate
    reader readers reason receiver record records region registry renderer renderers repository request requests
    resolver resource resources response responses result results role roles root route router routes row rows rule
    rules scanner schedule scheduler schema scheme scope score screen script section sections selector sender sensor
    separator sequence serializer server servers service services session sessions setting settings shape signal
    signals size socket sockets source sources speed stack state states statement status step steps storage store
    stream streams string strings structure style styles subject suffix summary symbol symbols system table tables tag
    tags target targets task tasks template templates text theme thread threads time timeout timer timers timestamp
    title token tokens tool tools topic topics total trace transaction transactions transport tree trigger type types
    unit units user username users validator validators value values variable variables vector version versions view
    views weight weights widget widgets width window windows word words worker workers wrapper writer writers zone
    """
)
