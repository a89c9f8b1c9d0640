"""Has each request of the last run of .ci/fuzz-api be made by somebody fresh, since it may be their last."""

import itertools
import os
import sys
from pathlib import Path

import schemathesis

sys.path.insert(0, os.getcwd())
from fuzz_api import Member  # noqa: E402

numbers = itertools.count()


@schemathesis.auth(refresh_interval=None)
class Fresh:
    def get(self, case, context):
        address, mails = os.environ["FUZZ_API_ADDRESS"], Path(os.environ["FUZZ_API_MAILS"])
        return Member(address, mails, f"leaver{next(numbers)}")

    def set(self, case, data, context):
        case.headers["Authorization"] = f"Bearer {data.token}"
        # Every other one asks for the only session that it can end.
        if "session" in (case.path_parameters or {}) and next(numbers) % 2:
            case.path_parameters["session"] = data.session
