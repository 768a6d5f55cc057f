"""The site of the lessons: plain files that run in a browser, and what builds, serves and checks them."""
