"""The pages of a desk: routes, templates, and the guard before them."""
