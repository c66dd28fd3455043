#!/bin/sh
# The box's authority and leaf, judged by openssl as a browser would.
. tests/system/tap.sh
. tests/system/box.sh
command -v openssl >/dev/null || skip_all "no openssl command here"
plan 27
box_new
export M4SH_NAME=box.school.lan
box_start
ok "the box is ready" box_wait ready 60
tls=$M4SH_HOME/tls
names() { openssl x509 -in "$tls/leaf.pem" -noout -ext subjectAltName; }
show() { openssl x509 -in "$1" -noout -text; }

ok "openssl accepts the leaf" openssl verify -x509_strict -purpose sslserver \
    -CAfile "$tls/ca.pem" "$tls/leaf.pem"
ok "for the box's name" openssl verify -verify_hostname box.school.lan -CAfile "$tls/ca.pem" "$tls/leaf.pem"
ok "for localhost" openssl verify -verify_hostname localhost -CAfile "$tls/ca.pem" "$tls/leaf.pem"
ok "for 127.0.0.1" openssl verify -verify_ip 127.0.0.1 -CAfile "$tls/ca.pem" "$tls/leaf.pem"
ok "for ::1" openssl verify -verify_ip ::1 -CAfile "$tls/ca.pem" "$tls/leaf.pem"
is "the chain has the leaf and the authority" "$(grep -c 'BEGIN CERT' "$tls/leaf.pem")" 2
ok "the leaf's key fits" [ "$(openssl x509 -in "$tls/leaf.pem" -noout -pubkey)" = \
    "$(openssl pkey -in "$tls/leaf.key" -pubout)" ]
text=$(show "$tls/ca.pem")
like "the authority is P-256" "$text" "prime256v1"
like "signs leaves only" "$text" "CA:TRUE, pathlen:0"
like "and its names are critical" "$text" "X509v3 Name Constraints: critical"
like "the leaf serves" "$(show "$tls/leaf.pem")" "TLS Web Server Authentication"
ok "and lives 397 days at most" python3 -c "import ssl, subprocess
d = dict(l.split('=', 1) for l in subprocess.check_output(['openssl', 'x509', '-in', '$tls/leaf.pem',
    '-noout', '-dates'], text=True).splitlines())
t = [ssl.cert_time_to_seconds(d[k]) for k in ('notBefore', 'notAfter')]
assert t[1] - t[0] <= 397 * 86400, d"
is "status tells the authority's fingerprint" "$(ask '{"do":"status"}' .certificate.fingerprint)" \
    "$(openssl x509 -in "$tls/ca.pem" -noout -fingerprint -sha256 | cut -d= -f2)"
is "and the days" "$(ask '{"do":"status"}' .certificate.days_left)" 395

# Signs a leaf for one name with the box's own authority: what a thief of the key could do.
forge() { # forge SAN
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$T/f.key" \
        -subj /CN=forged -out "$T/f.csr" 2>/dev/null
    printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth\n' "$1" >"$T/f.ext"
    openssl x509 -req -in "$T/f.csr" -CA "$tls/ca.pem" -CAkey "$tls/ca.key" -days 30 \
        -extfile "$T/f.ext" -out "$T/f.pem" 2>/dev/null
    openssl verify -CAfile "$tls/ca.pem" "$T/f.pem" 2>&1
}
like "its authority may name other boxes of the network" "$(forge DNS:other.lan)" OK
like "and a private address" "$(forge IP:10.1.2.3)" OK
like "but no site of the world" "$(forge DNS:bank.example.com)" "permitted subtree violation"
like "nor a name that only ends alike" "$(forge DNS:evil-lan)" "permitted subtree violation"
like "nor an address of the world" "$(forge IP:8.8.8.8)" "permitted subtree violation"
like "nor one of IPv6" "$(forge IP:2001:db8::1)" "permitted subtree violation"

# Renewal: HUP looks after the certificate now, as each day does.
serial() { openssl x509 -in "$tls/leaf.pem" -noout -serial; }
old=$(serial)
kill -HUP "$box_pid"
sleep 0.5
is "a fresh leaf stays" "$(serial)" "$old"
openssl req -new -key "$tls/leaf.key" -subj /CN=x -out "$T/s.csr" 2>/dev/null
names | sed -n 's/IP Address/IP/g; s/^ *\(DNS:.*\)/subjectAltName=\1/p' >"$T/s.ext"
openssl x509 -req -in "$T/s.csr" -CA "$tls/ca.pem" -CAkey "$tls/ca.key" -days 100 \
    -extfile "$T/s.ext" -out "$T/s.pem" 2>/dev/null
cat "$T/s.pem" "$tls/ca.pem" >"$tls/leaf.pem"
kill -HUP "$box_pid"
ok "one with 100 days left is renewed" eventually 5 openssl x509 -in "$tls/leaf.pem" -noout \
    -checkend $((390 * 86400))
ok "and m4shd is told" eventually 5 grep -q hup "$M4SH_HOME/run/stand-in.log"
like "the event says why" "$(ask '{"do":"status"}' .events)" "because it had "
box_stop

M4SH_NAME=box.example.com
said=$("$T/bin/m4sh-supervisor" 2>&1)
like "a name the authority may not sign is refused" "$said" "the box's authority may not sign it"
M4SH_NAME=other.lan
box_start
eventually 20 sh -c "openssl x509 -in '$tls/leaf.pem' -noout -text | grep -q DNS:other.lan"
like "a new name on the network gets a new leaf" "$(names)" "DNS:other.lan"
