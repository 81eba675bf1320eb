"""Members as they come in: a file's rows, checked before anything is written."""
