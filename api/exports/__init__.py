"""Files out: tables that people open in a spreadsheet."""
