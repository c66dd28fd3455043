#!/bin/sh
# Many pages, one box, a bad network: everything arrives once and all pages end equal.
# M4SH_SEEDS says how many worlds, M4SH_SEED the first: each line names its seed.
exec sh "$(dirname "$0")/node-test.sh" converge
