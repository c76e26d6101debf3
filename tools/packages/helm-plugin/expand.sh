#!/bin/sh
# Helm 4 drops what a post-renderer writes to standard error, and reports only that it failed. On a system with /proc, relc writes its messages to
# the standard error of Helm instead.
report=/proc/$PPID/fd/2
if (: 2>>"$report") 2>/dev/null; then
  exec relc expand 2>>"$report"
fi
exec relc expand
