#!/bin/sh
# People through m4shctl, on a whole box: add, list, passwd, disable, import, demo.
. tests/system/tap.sh
. tests/system/box.sh
. tests/system/lesson_box.sh

ctl=$BIN/m4shctl
# exits CODE WORDS COMMAND...
exits() {
    code=$1 words=$2
    shift 2
    said=$("$@" 2>&1)
    got=$?
    case $said in *"$words"*) [ $got = "$code" ] && return ;; esac
    echo "exit $got, said: $said"
    return 1
}
add() { # add PASSWORD LOGIN OPTION...
    password=$1
    shift
    printf '%s\n' "$password" | "$ctl" user add "$@" --password-stdin
}

lesson_box_new
box_start
plan 31
ok "the box is ready" box_wait ready 60

ok "add a teacher" add 'довгий пароль' o.hnatiuk --name "Оксана Гнатюк" --role teacher
is "who can sign in" "$(lesson_box_sign_in o.hnatiuk 'довгий пароль')" 200
ok "the same login again is refused" exits 2 "taken" add 'довгий пароль' O.Hnatiuk --name X
ok "a short password of staff is refused" exits 2 "10 characters" add short x1 --name X --role admin
ok "a role there is none of" exits 2 'there is no role "king"' add 'довгий пароль' x1 --name X --role king
ok "a class there is none of: nobody is added" exits 2 'there is no "1-А"' \
    add 'довгий пароль' x1 --name X --classroom 1-А
ok "a login with a space" exits 2 "login: has letters, digits and" \
    add 'довгий пароль' 'x 1' --name X
is "none of them came in" "$("$ctl" user list -q x1)" "nobody"

printf '\357\273\277name;login;role;classroom;password\r\n"Шевченко, Тарас";;;5-В;\r\nЛеся;lesia;teacher;5-В;дужедовгийпароль\r\n' >"$T/good.csv"
ok "a dry run changes nothing" exits 0 "All 2 lines would go in" "$ctl" user import --dry-run "$T/good.csv"
is "truly" "$("$ctl" user list -q lesia)" "nobody"
said=$("$ctl" user import "$T/good.csv")
like "the list goes in, with a login and a password for who had none" "$said" \
    "line 2  created  shevchenko.taras  "
is "which works" "$(lesson_box_sign_in shevchenko.taras "$(echo "$said" | awk '/line 2/ {print $5}')")" 200
is "the class was made and has both" "$("$ctl" user list --classroom 5-В | awk '{print $1}' | tr '\n' ' ')" \
    "shevchenko.taras lesia "
ok "a second time they are there already" exits 0 "line 2  exists" "$ctl" user import "$T/good.csv"
printf 'name,login,role,password\nNew,new.pupil,,\nP,p,teacher,short\n,q,,\n' >"$T/bad.csv"
ok "one bad line keeps all out: 1" exits 1 "line 3  refused  p          password:" \
    "$ctl" user import "$T/bad.csv"
is "truly all" "$("$ctl" user list -q new.pupil)" "nobody"
is "the report as JSON" "$("$ctl" user import "$T/bad.csv" --json | python3 -c '
import json, sys
a = json.load(sys.stdin)
print(a["committed"], [(r["line"], r["status"], r.get("field")) for r in a["rows"]][1:])')" \
    "False [(3, 'refused', 'password'), (4, 'refused', 'name')]"

said=$("$ctl" user passwd lesia --generate)
is "a new password works" "$(lesson_box_sign_in lesia "${said##* }")" 200
ok "disable" "$ctl" user disable lesia
is "who is disabled signs in no more" "$(lesson_box_sign_in lesia "${said##* }")" 401
ok "a new password says so" exits 0 "lesia is disabled" "$ctl" user passwd lesia --generate
said=$("$ctl" user passwd lesia --generate | head -n 1)
ok "a mistake is undone" "$ctl" user disable --undo lesia
is "and the person signs in again" "$(lesson_box_sign_in lesia "${said##* }")" 200
ok "nobody to disable" exits 2 'there is no "ghost"' "$ctl" user disable ghost

"$ctl" demo --json >"$T/demo"
is "the demo school: people, lessons" "$(python3 -c '
import json, sys
a = json.load(sys.stdin)
roles = [p["role"] for p in a["people"]]
print(a["made"], roles.count("admin"), roles.count("teacher"), roles.count("student"),
      a["live_lesson"] > 0, a["next_lesson"] > 0,
      all(len(p["password"]) >= (6 if p["role"] == "student" else 10) for p in a["people"]))
' <"$T/demo")" "17 1 2 10 True True True"
password=$(python3 -c 'import json, sys; print(json.load(sys.stdin)["people"][3]["password"])' <"$T/demo")
is "its passwords work" "$(lesson_box_sign_in olena "$password")" 200
ok "a second demo makes nothing" exits 0 "nothing was made" "$ctl" demo
is "really" "$(box_sql "SELECT count(*) FROM person WHERE login = 'olena'; SELECT count(*) FROM lesson" | tr '\n' ' ')" "1 2 "
ok "unless new passwords are asked for" exits 0 "shown this once" "$ctl" demo --reset-passwords
is "then the old ones are over" "$(lesson_box_sign_in olena "$password")" 401
