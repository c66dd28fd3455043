# ask.py SOCKET REQUEST [.path] - asks the supervisor, prints its answer or one value of its result
#
# "v" and "id" are added to a request that is an object; anything else goes as it is. In a path,
# a list is walked by its members' "name".
import json
import socket
import sys

path, text = sys.argv[1:3]
try:
    request = json.loads(text)
    if isinstance(request, dict):
        text = json.dumps({"v": 1, "id": 7, **request})
except ValueError:
    pass
s = socket.socket(socket.AF_UNIX)
s.settimeout(5)
s.connect(path)
try:
    s.sendall(text.encode("latin-1") + b"\n")
except BrokenPipeError:
    pass  # refused at the door; the reason is there to read
line = b""
while not line.endswith(b"\n"):
    part = s.recv(65536)
    if not part:
        break
    line += part
answer = json.loads(line)
if len(sys.argv) == 3:
    print(json.dumps(answer))
    sys.exit(0)
value = answer["result"] if answer["ok"] else answer["error"]
for key in filter(None, sys.argv[3].split(".")):
    if isinstance(value, list):
        value = next(v for v in value if v["name"] == key)
    else:
        value = value[key]
print(value if isinstance(value, str) else json.dumps(value))
