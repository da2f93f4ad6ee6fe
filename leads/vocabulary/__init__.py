"""The words rules are made of: conditions over facts, lists, titles."""
