"""Messages: files."""

from api.messages import Message, Text

MESSAGES: tuple[Message, ...] = ()
