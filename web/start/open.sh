#!/bin/sh
# Opens the lessons in the browser of this machine. With a number behind its name: at that port.
cd "$(dirname "$0")" || exit 1
for python in python3 python; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 9))' 2>/dev/null; then
        exec "$python" serve.py --here site "$@"
    fi
done
echo "This needs Python 3.9 or later. READ ME FIRST.html says what to do without it."
exit 1
