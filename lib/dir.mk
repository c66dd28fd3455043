# lib - C that more than one program needs
lib-src  := $(wildcard lib/*.c)
lib-pkgs := libpq openssl libsystemd libpcre2-8
lib-libs := -lm
