"""What crosses the wire: one file per noun; ``In`` forbids what it does not know, ``Out`` has no defaults."""
