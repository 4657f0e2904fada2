"""What the store is asked, besides statements by filter."""
