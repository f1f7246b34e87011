"""Files in: what offices and providers keep in Excel, CSV or JSON lines, read into records of wire shape."""
