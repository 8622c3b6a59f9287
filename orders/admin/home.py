"""What the home page knows of sales."""
