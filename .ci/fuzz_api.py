"""Starts the program and has schemathesis fuzz its API. Run by .ci/fuzz-api.

The program gets free ports, a data folder of its own, generous limits and cheap hashing. Two members meet in rooms
and write there, so that there is something to ask for. The first run is by one of them, who then leaves the rooms.
What ends a log-in or an account is asked last, each time by somebody fresh (.ci/fuzz_api_hooks.py). The settings of the checks, and why some
are off, stand in .ci/schemathesis.toml. A failure is printed with the request that repeats it.
"""

import base64
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOL = Path(sys.executable).parent / "schemathesis"
PROGRAM = ROOT / "target/debug/rand-chat"
PASSWORD = "correct horse battery"
GENEROUS = {
    "AUTH__ARGON2_MEMORY_KIB": 64,
    "AUTH__ARGON2_PASSES": 1,
    "HTTP__PORT": 0,
    "INTERNAL__PORT": 0,
    "MATCHING__TICKETS_PER_MINUTE": 1_000_000,
    "MEMBER__CODES_PER_DAY": 1_000_000,
    "MEMBER__CODES_PER_MINUTE": 1_000_000,
    "MEMBER__EXPORTS_PER_HOUR": 1_000_000,
    "MEMBER__GUESSES_PER_MINUTE": 1_000_000,
    "MEMBER__LOG_INS_PER_MINUTE": 1_000_000,
    "MEMBER__LOG_INS_PER_NAME_AND_MINUTE": 1_000_000,
    "MEMBER__PASSWORDS_PER_HOUR": 1_000_000,
    "MEMBER__PLACES_PER_HOUR": 1_000_000,
    "SAFETY__REPORTS_PER_HOUR": 1_000_000,
}
# What ends a log-in or an account.
ENDING = ["end_my_session", "end_my_sessions", "log_out_member", "change_my_password", "withdraw_me"]
# What takes away what the others ask for.
LAST = "leave_room"
# Of the time, what each run gets.
AS_A_MEMBER, LEAVING, WITH_AN_END = 0.7, 0.05, 0.25
ROOMS = 3


def start(folder):
    """The program, and its address once it answers."""
    settings = {f"RAND_CHAT__{name}": str(value) for name, value in GENEROUS.items()}
    settings["RAND_CHAT__STORAGE__DATA_DIR"] = str(folder / "data")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RAND_CHAT_")}
    with open(folder / "mails", "wb") as mails, open(folder / "log", "wb") as log:
        program = subprocess.Popen([PROGRAM], env=environment | settings, stdout=mails, stderr=log)
    for _ in range(300):
        found = re.search(r"ready: (http://[0-9.:]+)", (folder / "log").read_text())
        if found:
            return program, found[1]
        if program.poll() is not None:
            break
        time.sleep(0.1)
    program.kill()
    sys.exit("fuzz-api: the program did not start:\n" + (folder / "log").read_text())


class Member:
    """Somebody who is logged in."""

    def __init__(self, address, mails, name):
        self.address = address
        email = f"{name}@example.com"
        self.ask("POST", "/auth/email-codes", {"email": email, "language": "en"})
        proof = self.ask("POST", "/auth/email-proofs", {"email": email, "code": mailed_code(mails, email)})
        form = {
            "proof": proof["proof"],
            "username": f"{name}_01",
            "password": PASSWORD,
            "nickname": name,
            "birth_date": "1999-05-17",
            "sex": "undisclosed",
            "interests": ["film", "산책"],
            "languages": ["ko"],
            "terms_version": "2026-11",
            "privacy_version": "2026-11",
        }
        self.token = self.ask("POST", "/members", form)["access_token"]
        claims = self.token.split(".")[1]
        self.session = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["sid"]

    token = None

    def ask(self, method, path, body):
        # A code is good in the browser that asked for it.
        headers = {"Content-Type": "application/json", "Cookie": "rand-chat-device=fuzzer"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        request = urllib.request.Request(
            f"{self.address}/api/v1{path}", json.dumps(body).encode(), headers, method=method
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            text = answer.read()
        return json.loads(text) if text else None


def mailed_code(mails, email):
    """The code in the first mail that was printed for an address."""
    for _ in range(200):
        mail = mails.read_text().partition(f"\nto: {email}\n")[2]
        code = re.search(r"^code: (\d+)$", mail, re.M)
        if code:
            return code[1]
        time.sleep(0.05)
    sys.exit(f"fuzz-api: no code came to {email}")


class Page:
    """A page with a socket: as much of RFC 6455 as it takes."""

    def __init__(self, member):
        host, port = member.address.removeprefix("http://").split(":")
        self.socket = socket.create_connection((host, int(port)), timeout=10)
        self.stream = self.socket.makefile("rb")
        lines = [
            "GET /ws HTTP/1.1",
            f"Host: {host}:{port}",
            f"Origin: {member.address}",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Key: {base64.b64encode(secrets.token_bytes(16)).decode()}",
            "Sec-WebSocket-Protocol: randchat.v1",
        ]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode())
        while self.stream.readline() not in (b"\r\n", b""):
            pass
        self.say("hello", {"token": member.token})
        self.wait_for("ready")

    def say(self, kind, contents):
        text = json.dumps({"t": kind, "id": 1, "d": contents}).encode()
        mask = secrets.token_bytes(4)
        masked = bytes(byte ^ mask[at % 4] for at, byte in enumerate(text))
        self.socket.sendall(b"\x81\xfe" + len(text).to_bytes(2, "big") + mask + masked)

    def wait_for(self, kind):
        while True:
            length = self.stream.read(2)[1]
            if length >= 126:
                length = int.from_bytes(self.stream.read(2 if length == 126 else 8), "big")
            frame = json.loads(self.stream.read(length))
            if frame["t"] == kind:
                return frame["d"]


def meet(one, other):
    """A room of two members, with a message of each."""
    members = [one, other]
    pages = [Page(member) for member in members]
    for member in members:
        member.ask("PUT", "/members/me/place", {"latitude": 37.5665, "longitude": 126.978})
        member.ask("PUT", "/match/ticket", {"max_distance_km": 10})
    for member, page in zip(members, pages):
        proposal = page.wait_for("match.proposed")
        answer = {"token": proposal["token"], "answer": "accept"}
        member.ask("POST", f"/match/proposals/{proposal['id']}/answer", answer)
    for page in pages:
        room = page.wait_for("room.opened")["room"]["id"]
    for page in pages:
        page.say("send", {"room": room, "cid": str(uuid.uuid4()), "text": "안녕하세요"})
        page.wait_for("sent")
    return room


def fuzz(folder, seconds, seed, arguments, environment):
    """One run of the tool. Whether it found nothing."""
    repeat = [f"--seed={seed}"] if seed else ["--generation-deterministic"]
    command = [
        TOOL,
        f"--config-file={folder / 'schemathesis.toml'}",
        "run",
        f"{environment['FUZZ_API_ADDRESS']}/api/openapi.json",
        f"--max-time={max(1, round(seconds))}",
        *repeat,
        *arguments,
    ]
    return subprocess.run(command, cwd=folder, env=os.environ | environment).returncode == 0


def run(folder, address, seconds, seed):
    fuzzer = Member(address, folder / "mails", "fuzzer")
    rooms = [meet(fuzzer, Member(address, folder / "mails", f"partner{number}")) for number in range(ROOMS)]
    (folder / "rooms").write_text("\n".join(f'"{room}"' for room in rooms))
    for name in ("schemathesis.toml", "fuzz_api_hooks.py", "fuzz_api.py"):
        shutil.copy(ROOT / ".ci" / name, folder)
    environment = {"FUZZ_API_ADDRESS": address, "FUZZ_API_MAILS": str(folder / "mails")}
    as_fuzzer = f"--header=Authorization: Bearer {fuzzer.token}"
    others = [f"--exclude-operation-id={operation}" for operation in [*ENDING, LAST]]
    ending = [f"--include-operation-id={operation}" for operation in ENDING]
    fresh = environment | {"SCHEMATHESIS_HOOKS": "fuzz_api_hooks.py"}
    found_nothing = True
    for name, part, arguments, variables in [
        ("as a member", AS_A_MEMBER, [as_fuzzer, *others], environment),
        ("leaving rooms", LEAVING, [as_fuzzer, f"--include-operation-id={LAST}"], environment),
        ("as members who end with it", WITH_AN_END, ending, fresh),
    ]:
        print(f"fuzz-api: {name}", flush=True)
        found_nothing &= fuzz(folder, seconds * part, seed, arguments, variables)
    return found_nothing


def main():
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    seed = sys.argv[2] if len(sys.argv) > 2 else None
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        program, address = start(folder)
        try:
            found_nothing = run(folder, address, seconds, seed)
        finally:
            program.terminate()
            stopped_cleanly = program.wait(30) == 0
        log = (folder / "log").read_text()
        # actix calls it an error when somebody sends what is no HTTP.
        failures = [line for line in log.splitlines() if " ERROR " in line and " actix_http::" not in line]
    if failures or not stopped_cleanly:
        print("fuzz-api: the program's log has", *failures[:20], *log.splitlines()[-5:], sep="\n  ")
    if failures or not (found_nothing and stopped_cleanly):
        sys.exit(1)


if __name__ == "__main__":
    main()
