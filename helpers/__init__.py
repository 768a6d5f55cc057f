"""The shared code of the lessons: facts and rules from the tables, views of them, controls for the views."""
