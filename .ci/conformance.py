"""Judges what the Autobahn test suite found: `.ci/conformance`."""

import collections
import json
import sys

PASSED = {"OK", "NON-STRICT", "INFORMATIONAL"}
# Messages of more than 16 KiB: one by one, and whole sections.
TOO_LONG = {"1.1.6", "1.1.7", "1.1.8", "1.2.6", "1.2.7", "1.2.8", "7.1.6", "10.1.1"}
TOO_LONG_SECTIONS = {"9.1", "9.2", "9.3", "9.4", "9.5", "9.6"}


def is_too_long(agent, case):
    section = case.rsplit(".", 1)[0]
    return agent == "16 KiB" and (case in TOO_LONG or section in TOO_LONG_SECTIONS)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        found = json.load(file)
    wrong = []
    for agent, cases in found.items():
        counts = collections.Counter()
        for case, result in cases.items():
            if is_too_long(agent, case):
                outcome, is_right = "closed with 1009", result["remoteCloseCode"] == 1009
            else:
                outcome = result["behavior"]
                is_right = outcome in PASSED and result["behaviorClose"] in PASSED
            if is_right:
                counts[outcome] += 1
            else:
                wrong.append(f"{agent}, case {case}: {result}")
        counts = ", ".join(f"{count} {outcome}" for outcome, count in counts.most_common())
        print(f"conformance, {agent}: {len(cases)} cases: {counts}")
    if not found or wrong:
        print("\n".join(["conformance: these failed", *wrong]))
        sys.exit(1)


main()
