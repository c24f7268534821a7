"""The SQLite file of a desk: comments, their order, and decisions that are only ever added."""
