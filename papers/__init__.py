"""Files in and out: CSV, XLSX, PDF, SVG. Knows sentences, never the database."""
