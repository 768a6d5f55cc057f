"""The site of the lessons: plain files, and what builds, serves and checks them."""
