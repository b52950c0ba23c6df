#!/usr/bin/env python3
"""Damaged experiments and arguments: the program ends with a status of its own and one line of error, never by a signal.

    command_line.py APICAL [HOW_MANY]
"""
import os
import pathlib
import random
import subprocess
import sys
import tempfile

EXPERIMENT = """[run]
seed = 3
lanes = 4
epochs = 2.5
baselines = ["feedback_alignment"]
step = "0.1 ms"
[task]
dataset = "xor"
noise = 0.1
[circuit]
model = "self_assembly"
hidden = [8, 4]
eta_W = 1e-2
[self_assembly]
gate = "partner"
ratio = [2]
plastic = ["W", "V"]
[record]
metrics = "0.5 epochs"
weights = "at 0, 4, 8 samples"
[checkpoint]
every = "1 s"
[guard]
largest_weight = 10
"""
WORDS = ["-1", "0", "1e300", "99999999999999999999", "nan", "inf", "[]", "{}", '""', "true", '"never"', "'1 mV'", "[run]", "#", "=",
         "[[run]]", "\\u0000", "\x00", "\xff", "\n", '"""', "run.", "softmax_cross_entropy", "loop", "dense", "continuous", "1979-05-27"]
# After the damage, so that what still runs is over soon.
SHORT = ["--set", "run.samples=8", "--set", "circuit.hidden=[4]", "--set", "run.lanes=4", "--progress", "none"]


def damaged(text, draw):
    if draw.random() < 0.3:  # mostly a number that may still be valid
        digits = [k for k, letter in enumerate(text) if letter.isdigit()]
        at = draw.choice(digits or [0])
        return text[:at] + draw.choice("0123456789e.-") + text[at + draw.choice([0, 1]) :]
    for _ in range(draw.randint(1, 3)):
        at = draw.randrange(len(text))
        end = min(len(text), at + draw.choice([0, 1, 1, 4, 20]))
        text = text[:at] + draw.choice([*WORDS, "", "", text[end : end + 6], chr(draw.randrange(1, 256))]) + text[end:]
    return text


def main():
    program, how_many = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 120
    seen, failures = set(), 0
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for number in range(how_many):
            draw = random.Random(number)
            text, arguments = EXPERIMENT, []
            if number % 3:
                text = damaged(text, draw)
            else:
                section, *lines = draw.choice(EXPERIMENT[1:].split("\n[")).strip().split("\n")
                assignment = section.strip("]") + "." + draw.choice(lines)
                arguments = ["--set", damaged(assignment, draw).replace("\x00", "")]
            pathlib.Path("e.toml").write_bytes(text.encode("latin-1", "replace"))
            words = [program, "run", "e.toml", "--force", *arguments, *SHORT]
            done = subprocess.run(words, capture_output=True, timeout=100)
            lines = done.stderr.decode("utf-8", "replace").splitlines(keepends=True)
            message = "".join(line for line in lines if not line.startswith("apical: warning: "))
            seen.add(done.returncode)
            one_line = message.startswith("apical: error: ") and message.count("\n") == 1
            if done.returncode not in (0, 1, 2) or (done.returncode > 0 and not one_line):
                failures += 1
                print(f"{number}: status {done.returncode}: {words[2:]}\n{text}\n{message}")
    assert {0, 2} <= seen, f"only {seen}"  # else the damage is too small, or too large, to find anything
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
