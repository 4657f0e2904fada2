"""Members of an organisation in the browser: who may come in, and as what."""
