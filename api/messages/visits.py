"""Messages: visits."""

from api.messages import Message, Text

MESSAGES: tuple[Message, ...] = ()
