"""The same panel and the same scan as Spark jobs, for what one machine cannot hold (the extra `spark`)."""
