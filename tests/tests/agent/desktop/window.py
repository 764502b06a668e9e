#!/usr/bin/env python3
"""Plays the chat window: keeps what it is told in a file, and says what it reads from a pipe."""

import os
import sys
import threading

folder = os.environ["XDG_RUNTIME_DIR"]


def say():
    # Opened both ways, the pipe does not end with whoever wrote to it last.
    with os.fdopen(os.open(f"{folder}/says", os.O_RDWR), buffering=1) as said:
        for line in said:
            print(line, end="", flush=True)


with open(f"{folder}/windows", "a") as windows:
    windows.write(f"{os.getpid()}\n")
threading.Thread(target=say, daemon=True).start()
with open(f"{folder}/told", "a", buffering=1) as told:
    for line in sys.stdin:
        told.write(line)
