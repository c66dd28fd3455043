#!/bin/sh
# The page's model of a board and of a chat: what it promises, a sentence each.
exec sh "$(dirname "$0")/node-test.sh" rules
