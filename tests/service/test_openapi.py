"""Requests made up from the OpenAPI description: never a 500, and answers as described."""

from __future__ import annotations

from pathlib import Path

import hypothesis
import msgspec
import pytest
import schemathesis
from schemathesis import checks as all_checks
from schemathesis.schemas import BaseSchema
from served import Served

from moderation.service.app import make_app
from moderation.service.contract import AnalyzeCommentRequest
from moderation.service.openapi import openapi_document
from moderation.service.state import Settings, State
