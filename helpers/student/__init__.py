"""The student's own things: the answers, the page to hand in, and a copy of the report."""
