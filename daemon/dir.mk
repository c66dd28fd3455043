# m4shd - the classroom server
PROGRAMS    += m4shd
m4shd-main  := daemon/main.c
m4shd-src   := $(filter-out $(m4shd-main),$(wildcard daemon/*.c daemon/*/*.c))
m4shd-pkgs  := libh2o-evloop libargon2 zlib
m4shd-libs  := -lwslay -lpthread
