"""What people do with lists of cases: keep filters, act on many, print, export, archive. See `services`, `selectors`."""
