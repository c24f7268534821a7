"""Side-by-side figures; nothing here is installed with the package."""
