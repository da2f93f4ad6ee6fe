"""What a draft would do: vectors of the whole base, the panel beside the editor, one lead tried."""
