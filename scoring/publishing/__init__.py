"""Models in their order, drafts and their edits, proposals, publication, and what came of it."""
