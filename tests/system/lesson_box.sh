# lesson_box.sh - a box with the real m4shd, after box.sh, and a browser's way into it
#
#     lesson_box_new                       as box_new; then box_start, box_wait ready 60
#     lesson_box_sign_in LOGIN PASSWORD    prints 200, or the status it was refused with
#     lesson_box_get LOGIN PASSWORD PATH EXPRESSION
#                                          signed in, the python expression of the answer `a`

lesson_box_new() {
    box_new
    cp "$BIN/m4shd" "$T/bin/m4shd"
    mkdir -p "$T/build/web" # a client the server can serve; no test here looks at it
    echo '<!doctype html>' >"$T/build/web/index.html"
    echo '{"files":{"/":{"type":"text/html","file":"index.html"}}}' >"$T/build/web/assets.json"
    chmod -R a+rX "$T/build" "$T/bin"
}

lesson_box_get() {
    python3 - "$M4SH_HTTPS_PORT" "$M4SH_HOME/tls/ca.pem" "$@" <<'EOF_PYTHON'
import json, ssl, sys, urllib.error, urllib.request
port, ca, login, password, path, expression = sys.argv[1:]
origin = f"https://127.0.0.1:{port}"
context = ssl.create_default_context(cafile=ca)
sign_in = urllib.request.Request(
    origin + "/api/v1/auth/login", method="POST",
    data=json.dumps({"login": login, "password": password}).encode(),
    headers={"Origin": origin, "Content-Type": "application/json"})
try:
    answer = urllib.request.urlopen(sign_in, context=context)
    if path:
        cookie = answer.headers["Set-Cookie"].split(";")[0]
        ask = urllib.request.Request(f"{origin}/api/v1/{path}", headers={"Cookie": cookie})
        answer = urllib.request.urlopen(ask, context=context)
    a = json.load(answer)
    print(eval(expression) if expression else answer.status)
except urllib.error.HTTPError as error:
    print(error.code)
EOF_PYTHON
}

lesson_box_sign_in() {
    lesson_box_get "$1" "$2" "" ""
}
