"""What makes the teacher's kit from the tables, the lessons and a teacher's own words."""
