"""Files in the browser: mapping, preview, import in the background, rejects, freshness."""
