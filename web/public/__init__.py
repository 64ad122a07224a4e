"""What anybody may see: the first page, the page behind a code, health."""
