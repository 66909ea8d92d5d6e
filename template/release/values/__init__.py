"""Values: versions, fragments, releases and refs, without any input or output."""
