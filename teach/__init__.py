"""What makes things for a teacher from the data and the lessons."""
