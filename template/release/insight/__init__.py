"""What releases were like: metrics, comparisons, history, read from git and the index on demand."""
