"""The shared code of the lessons: facts and rules from the tables, and views of them."""
