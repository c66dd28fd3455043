# ports.py N - N TCP ports of 127.0.0.1 that were free a moment ago, outside the range from which
# the kernel takes ports for outgoing connections
import random
import socket
import sys

found = []
while len(found) < int(sys.argv[1]):
    port = random.randrange(20000, 32000)
    with socket.socket() as s:
        try:
            s.bind(("127.0.0.1", port))
        except OSError:
            continue
    if port not in found:
        found.append(port)
print(*found)
