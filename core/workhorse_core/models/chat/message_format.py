"""Messages, tools and images in the two forms that model servers read: OpenAI's and Ollama's."""

import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from workhorse_core.models.conversation import Conversation, Message, Tool, ToolCall

Fields = dict[str, Any]


def openai_messages(conversation: Conversation) -> list[Fields]:
    """Write the messages of a conversation for ``/v1/chat/completions``."""
    return [_openai_message(message) for message in conversation.messages]


def ollama_messages(conversation: Conversation) -> list[Fields]:
    """Write the messages of a conversation for ``/api/chat``."""
    return [_ollama_message(message) for message in conversation.messages]


def write_tools(conversation: Conversation) -> list[Fields]:
    """Write the tools of a conversation, which both interfaces read in the same form."""
    return [{"type": "function", "function": _function(tool)} for tool in conversation.tools]


def text_of(body: Mapping[str, Any]) -> str:
    """Return all text that a request has the model read, tools and calls included."""
    texts = [_content_of(message) for message in body["messages"]]
    called = [json.dumps(message["tool_calls"]) for message in body["messages"] if "tool_calls" in message]
    offered = [json.dumps(body["tools"])] if body.get("tools") else []
    return "\n".join((*texts, *called, *offered))


def messages_text(body: Mapping[str, Any]) -> str:
    """Return the text of the messages alone: no template leaves it out or shortens it."""
    return "\n".join(_content_of(message) for message in body["messages"])


def count_images(body: Mapping[str, Any]) -> int:
    """Count the images of a request."""
    return sum(
        len(message.get("images", ())) + sum(1 for part in _parts_of(message) if part["type"] == "image_url")
        for message in body["messages"]
    )


def _openai_message(message: Message) -> Fields:
    content: str | list[Fields] = _sendable(message.text)
    if message.images:
        content = [{"type": "text", "text": content}] if content else []
        for image in message.images:
            url = f"data:{image.media_type};base64,{b64encode(image.data).decode()}"
            content.append({"type": "image_url", "image_url": {"url": url}})
    fields: Fields = {"role": message.role.value, "content": content}
    if message.calls:
        fields["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": _arguments_text(call)}}
            for call in message.calls
        ]
    if message.answers:
        fields["tool_call_id"] = message.answers.id
    return fields


def _ollama_message(message: Message) -> Fields:
    fields: Fields = {"role": message.role.value, "content": _sendable(message.text)}
    if message.images:
        fields["images"] = [b64encode(image.data).decode() for image in message.images]
    if message.calls:
        fields["tool_calls"] = [
            {"function": {"name": call.name, "arguments": json.loads(_arguments_text(call))}} for call in message.calls
        ]
    if message.answers:
        fields["tool_name"] = message.answers.name
    return fields


def _function(tool: Tool) -> Fields:
    return {"name": tool.name, "description": _sendable(tool.description), "parameters": dict(tool.parameters)}


def _arguments_text(call: ToolCall) -> str:
    """Write a call's arguments; text that is not a JSON object is wrapped into one, which every template can read."""
    return json.dumps({"text": call.text} if call.arguments is None else call.arguments)


def _content_of(message: Fields) -> str:
    if isinstance(content := message["content"], str):
        return content
    return "\n".join(part["text"] for part in _parts_of(message) if part["type"] == "text")


def _parts_of(message: Fields) -> list[Fields]:
    content: object = message["content"]
    return message["content"] if isinstance(content, list) else []


def _sendable(text: str) -> str:
    """Replace what UTF-8 has no bytes for."""
    return text.encode("utf-8", "replace").decode()
