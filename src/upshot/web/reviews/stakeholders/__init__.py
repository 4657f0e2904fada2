"""What sponsors, finance and the works council each see of the same initiatives: a page and a monthly message each."""
