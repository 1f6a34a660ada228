"""Paper: a poster for each street (`poster`), sheets for the doors (`door`), numbers that do not overlap (`placing`)."""
