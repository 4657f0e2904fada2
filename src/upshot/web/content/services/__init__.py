"""What is done with courses: imported, opened, followed, closed; pages and addresses of content call the same."""
