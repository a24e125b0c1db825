"""Prints as many free ports of the loopback address as it is asked for. Usage: ports.py COUNT

They are below those that Linux gives to connections (from 32768), so that none of these takes one by chance before the
server that it is meant for listens there."""

import random
import socket
import sys

held = []
while len(held) < int(sys.argv[1]):
    one = socket.socket()
    try:
        one.bind(("127.0.0.1", random.randrange(10_000, 32_768)))
        held.append(one)
    except OSError:
        one.close()
print(*(one.getsockname()[1] for one in held))
