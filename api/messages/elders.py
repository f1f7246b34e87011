"""Messages: elders."""

from api.messages import Message, Text

MESSAGES: tuple[Message, ...] = ()
