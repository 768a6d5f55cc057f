"""What checks the tables before anything else reads them."""
