"""The models of other languages, one folder each. ``moderation`` finds them when it needs one."""
