"""What a reader is shown, as blocks, whatever the format."""
