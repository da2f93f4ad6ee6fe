"""What every lead of the base is known for, as one vector of whole numbers a question, so that moved points,
limits and bands are judged over all of them without asking again. Files: packing, copying, asking, base,
store, judging; down that list only."""
