#!/bin/bash
# Prints a limit of time in hundredths of a second: that of an idle machine, times the programs that compete for each core now.
#
#     tools/packages/limit.sh SECONDS
awk -v limit="$1" -v cores="$(nproc)" '{ load = $1 / cores; print int(limit * 100 * (load > 1 ? load + 1 : 1)) }' /proc/loadavg
