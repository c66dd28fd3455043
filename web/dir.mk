# web - the PWA for pupils and teachers
.PHONY: web
web:
