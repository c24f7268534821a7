"""A report on a model: one self-contained page for whoever answers for it."""

from moderation.report.findings import Findings, find
from moderation.report.page import render

__all__ = ["Findings", "find", "render"]
