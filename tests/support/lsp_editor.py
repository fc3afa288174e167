"""An editor for tests: pytest-lsp's client, with documents of its own and a user who answers."""

import asyncio
import json
import math
import re
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcMethodNotFound
from pytest_lsp import LanguageClient, client_capabilities, make_test_lsp_client

from support.waiting import until

SERVER = (sys.executable, "-I", "-m", "workhorse_lsp_server")
PROFILES = ("visual-studio-code", "neovim", "emacs")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")
Json = dict[str, Any]


def units(text: str, encoding: str) -> int:
    """Count as the specification demands, by the codecs themselves."""
    width = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]
    return len(text.encode({"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}[encoding])) // width


def offset_of(text: str, at: lsp.Position, encoding: str) -> int:
    lines = _LINE.findall(text)
    before = sum(map(len, lines[: at.line]))
    if at.line >= len(lines):
        return before
    line = lines[at.line]
    return before + next((n for n in range(len(line) + 1) if units(line[:n], encoding) >= at.character), len(line))


def position_of(text: str, offset: int, encoding: str) -> lsp.Position:
    for number, line in enumerate(_LINE.findall(text)):
        if offset < len(line) or (offset == len(line) and line[-1] not in "\r\n"):
            return lsp.Position(number, units(line[:offset], encoding))
        offset -= len(line)
    return lsp.Position(len(_LINE.findall(text)), 0)


@dataclass(slots=True)
class Buffer:
    uri: str
    text: str
    version: int = 1


@dataclass(slots=True)
class User:
    """The person at the editor. ``answers`` go to messages with buttons, in turn; the last one stays.

    ``reviews`` is whether they open the review of each draft that is announced.
    """

    answers: list[str | None] = field(default_factory=lambda: ["Apply"])
    words: list[str | None] = field(default_factory=list[str | None])
    confirms: Callable[[str], bool] = lambda _: True
    before: Callable[[str], None] = lambda _: None
    """What the user does before a message is answered."""
    asked: list[tuple[str, tuple[str, ...]]] = field(default_factory=list[tuple[str, tuple[str, ...]]])
    reviews: bool = True
    silent: bool = False
    """Whether nobody answers, until ``released``."""
    released: asyncio.Event = field(default_factory=asyncio.Event)


class Editor:
    """A client with buffers. ``edits`` holds every edit that it was sent."""

    def __init__(self, client: LanguageClient, root: Path) -> None:
        self.client, self.root = client, root
        self.user = User()
        self.buffers: dict[str, Buffer] = {}
        self.edits: list[lsp.WorkspaceEdit] = []
        self.notes: list[tuple[str, Json]] = []
        self.encoding = "utf-16"
        self.typing: list[Callable[[], None]] = []
        """What the user types at the moment when an edit arrives, one each time."""
        self.shows_buttons = True
        """Whether it knows window/showMessageRequest; Helix does not."""
        self.refused = 0
        """How many edits were for another version of a document than it has."""
        self.spoil: Callable[[str], str] | None = None
        """What this editor makes of a text that it should only have edited."""
        self.leaves = False

    # -- documents

    def open(self, path: str, text: str | None = None) -> Buffer:
        place = self.root / path
        uri = place.as_uri()
        content = place.read_bytes().decode() if text is None else text
        self.buffers[uri] = buffer = Buffer(uri, content)
        item = lsp.TextDocumentItem(uri, "python", 1, content)
        self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))
        return buffer

    def type(self, buffer: Buffer, at: int, new: str, delete: int = 0) -> None:
        """Put ``new`` in the place of ``delete`` characters."""
        place = lsp.Range(*(position_of(buffer.text, offset, self.encoding) for offset in (at, at + delete)))
        buffer.text = buffer.text[:at] + new + buffer.text[at + delete :]
        self._tell(buffer, [lsp.TextDocumentContentChangePartial(place, new)])

    def _tell(self, buffer: Buffer, changes: Sequence[lsp.TextDocumentContentChangeEvent]) -> None:
        buffer.version += 1
        identifier = lsp.VersionedTextDocumentIdentifier(buffer.version, buffer.uri)
        self.client.text_document_did_change(lsp.DidChangeTextDocumentParams(identifier, list(changes)))

    # -- asking

    async def request(self, method: str, params: Any) -> Any:
        """Ask, and give the answer as plain JSON."""
        return plain(await asyncio.wait_for(self.client.protocol.send_request_async(method, params), 30))

    async def menu(
        self, buffer: Buffer, line: int, last: int | None = None, only: list[str] | None = None
    ) -> list[Json]:
        """Ask for the menu at a line, or of whole lines."""
        end = lsp.Position(line, 0) if last is None else lsp.Position(last + 1, 0)
        context = lsp.CodeActionContext([], only)
        place = lsp.Range(lsp.Position(line, 0), end)
        params = lsp.CodeActionParams(lsp.TextDocumentIdentifier(buffer.uri), place, context)
        return await self.request("textDocument/codeAction", params) or []

    async def titles(self, buffer: Buffer, line: int, last: int | None = None) -> list[str]:
        return [action["title"] for action in await self.menu(buffer, line, last)]

    async def ready(self, buffer: Buffer, line: int = 0) -> list[Json]:
        """Wait until the server knows the project of a document, so that it has a menu."""
        return await until(lambda: self.menu(buffer, line))

    async def do(self, buffer: Buffer, line: int, title: str) -> Json:
        """Choose from the menu."""
        actions = await until(lambda: self._titled(buffer, line, title))
        return await self.command(actions[0]["command"]["command"], *actions[0]["command"]["arguments"])

    async def _titled(self, buffer: Buffer, line: int, title: str) -> list[Json]:
        return [action for action in await self.menu(buffer, line) if action["title"] == title]

    async def command(self, name: str, *arguments: Any) -> Any:
        return await self.request("workspace/executeCommand", lsp.ExecuteCommandParams(name, list(arguments)))

    async def lenses(self, buffer: Buffer) -> list[Any]:
        params = lsp.CodeLensParams(lsp.TextDocumentIdentifier(buffer.uri))
        return await self.request("textDocument/codeLens", params)

    async def jobs(self, **params: Any) -> list[Json]:
        return (await self.request("workhorse/jobs", params))["jobs"]

    async def review_what_is_announced(self) -> None:
        """Open the review of each draft that the server announces."""
        opened = set[tuple[str, float]]()

        def is_due() -> bool:
            return self.leaves or (self.user.reviews and self._announced() > len(opened))

        while await until(is_due, patience=math.inf) and not self.leaves:
            for job in await self.jobs():
                if job["status"] == "verified" and (job["job"], job["updated"]) not in opened:
                    opened.add((job["job"], job["updated"]))
                    await self.command("workhorse.review", {"job": job["job"], "folder": job["folder"]})

    def _announced(self) -> int:
        """Count the drafts of which the server has sent news."""
        ready = sum("Draft ready" in message for message in self.messages)
        return ready + sum(name == "workhorse/drafted" for name, _ in self.notes)

    async def read(self, job: str) -> Json:
        """Look at a job's diff, and return what an approval of it must name."""
        diff = await self.request("workhorse/diff", {"job": job})
        return {"job": job, "version": diff["version"]}

    async def approve(self, job: str) -> Json:
        """Look at a job's diff, and approve it."""
        return await self.command("workhorse.approve", await self.read(job))

    async def job_that_is(self, status: str) -> Json:
        return (await until(lambda: self._jobs_that_are(status)))[0]

    async def _jobs_that_are(self, status: str) -> list[Json]:
        return [job for job in await self.jobs(all=True) if job["status"] == status]

    # -- messages

    @property
    def messages(self) -> list[str]:
        return [message.message for message in self.client.messages]

    @property
    def logged(self) -> list[str]:
        return [message.message for message in self.client.log_messages]

    async def said(self, words: str) -> str:
        """Wait for words, and return all that belongs to them: the log has the whole of a long message."""
        return (await until(lambda: [m for m in self._heard() if words in m]))[0]

    def _heard(self) -> list[str]:
        return [*self.logged, *self.messages, *(question for question, _ in self.user.asked)]

    @property
    def progress(self) -> list[Any]:
        return [value for values in self.client.progress_reports.values() for value in values]

    # -- what the server asks of it

    def listen(self) -> None:
        client = self.client

        @client.feature(lsp.WORKSPACE_APPLY_EDIT)
        async def apply(params: lsp.ApplyWorkspaceEditParams) -> lsp.ApplyWorkspaceEditResult:
            self.edits.append(params.edit)
            if self.user.silent:
                await self.user.released.wait()
            if self.typing:
                self.typing.pop(0)()
            if self._is_stale(params.edit):
                self.refused += 1
                return lsp.ApplyWorkspaceEditResult(False)
            return lsp.ApplyWorkspaceEditResult(self._apply(params.edit))

        @client.feature(lsp.WINDOW_SHOW_MESSAGE_REQUEST)
        async def choose(params: lsp.ShowMessageRequestParams) -> lsp.MessageActionItem | None:
            if not self.shows_buttons:
                raise JsonRpcMethodNotFound
            options = tuple(item.title for item in params.actions or ())
            self.user.asked.append((params.message, options))
            if self.user.silent:
                await self.user.released.wait()
            self.user.before(params.message)
            answers = self.user.answers
            answer = answers.pop(0) if len(answers) > 1 else answers[0]
            assert answer is None or answer in options, (answer, options)
            return None if answer is None else lsp.MessageActionItem(answer)

        self._listen_to_ours()

    def _listen_to_ours(self) -> None:
        client = self.client

        @client.feature("workhorse/ask")
        async def ask(params: Any) -> Json:
            self.user.asked.append((params.prompt, ()))
            return {"value": self.user.words.pop(0)}

        @client.feature(lsp.WORKSPACE_CODE_LENS_REFRESH)
        def refreshed(params: None) -> None:
            self.notes.append(("codeLens/refresh", {}))

        ours = ("jobsChanged", "statusChanged", "showDiff", "drafted")
        for name in (f"workhorse/{each}" for each in ours):
            client.feature(name)(lambda params, name=name: self.notes.append((name, plain(params))))

    def _is_stale(self, edit: lsp.WorkspaceEdit) -> bool:
        documents = [
            each.text_document for each in edit.document_changes or () if isinstance(each, lsp.TextDocumentEdit)
        ]
        known = [each for each in documents if each.uri in self.buffers]
        return any(each.version not in (None, self.buffers[each.uri].version) for each in known)

    def _apply(self, edit: lsp.WorkspaceEdit) -> bool:
        for operation in edit.document_changes or ():
            if isinstance(operation, lsp.CreateFile):
                self.open(str(Path.from_uri(operation.uri)) if sys.version_info >= (3, 13) else operation.uri[7:], "")
            elif isinstance(operation, lsp.TextDocumentEdit):
                self._edit(operation, edit.change_annotations or {})
        return True

    def _edit(self, operation: lsp.TextDocumentEdit, annotations: Mapping[str, lsp.ChangeAnnotation]) -> None:
        buffer = self.buffers[operation.text_document.uri]
        chosen = [
            each
            for each in operation.edits
            if not isinstance(each, lsp.AnnotatedTextEdit) or self.user.confirms(each.annotation_id)
        ]
        spans = [
            (
                offset_of(buffer.text, e.range.start, self.encoding),
                offset_of(buffer.text, e.range.end, self.encoding),
                e,
            )
            for e in chosen
        ]
        text = buffer.text
        for start, end, each in sorted(spans, key=lambda span: span[:2], reverse=True):
            text = text[:start] + each.new_text + text[end:]
        if self.spoil:
            text = self.spoil(text)
        if text != buffer.text:
            buffer.text = text
            self._tell(buffer, [lsp.TextDocumentContentChangeWholeDocument(text)])


def plain(value: Any) -> Any:
    """Make plain JSON of what pygls made objects."""
    if hasattr(value, "_asdict"):
        return {name: plain(each) for name, each in value._asdict().items()}
    if isinstance(value, Mapping):
        return {name: plain(each) for name, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list | tuple) else value


@asynccontextmanager
async def editing(
    root: Path,
    profile: str = "neovim",
    settings: Mapping[str, Any] | None = None,
    workhorse: Mapping[str, Any] | None = None,
    command: Sequence[str] = SERVER,
    folders: Sequence[Path] = (),
) -> AsyncIterator[Editor]:
    """Run a server with an editor of some kind.

    Args:
        root: The workspace folder.
        profile: Whose capabilities it has.
        settings: Its settings; rules alone are asked by default.
        workhorse: Its capabilities beyond LSP.
        command: What starts the server.
        folders: More workspace folders.
    """
    client = make_test_lsp_client()
    known = client.protocol.get_result_type
    # as it comes: lsprotocol takes a code action that has a command for a command
    client.protocol.get_result_type = lambda m: None if m == lsp.TEXT_DOCUMENT_CODE_ACTION else known(m)
    editor = Editor(client, root)
    editor.listen()
    await client.start_io(*command)
    capabilities = client_capabilities(profile)
    capabilities.experimental = {"workhorse": dict(workhorse or {})}
    names = [root, *folders]
    params = lsp.InitializeParams(
        capabilities=capabilities,
        root_uri=root.as_uri(),
        workspace_folders=[lsp.WorkspaceFolder(place.as_uri(), place.name) for place in names],
        initialization_options=json.loads(json.dumps({"engine": "rules", **(settings or {})})),
    )
    client.set_configuration({"workhorse": {"engine": "rules", **(settings or {})}})
    started = await client.initialize_session(params)
    editor.encoding = lsp.PositionEncodingKind(started.capabilities.position_encoding or "utf-16").value
    reviewing = asyncio.create_task(editor.review_what_is_announced())
    try:
        yield editor
    finally:
        editor.leaves = True
        editor.user.released.set()
        await asyncio.wait([reviewing], timeout=10)  # at once, unless the server is gone
        reviewing.cancel()
        await asyncio.gather(reviewing, return_exceptions=True)
        await asyncio.wait_for(client.shutdown_session(), 20)
        await client.stop()
