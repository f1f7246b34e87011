"""What people do: a module per noun, a function per verb."""
