"""From a definition to SQL: scope, acts, compiler; down that list only."""
