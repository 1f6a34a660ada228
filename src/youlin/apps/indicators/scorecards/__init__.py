"""Yearly appraisal of streets and departments, every step of it shown; never of single persons.

`comparing`: like with like. `scoring`: from values to points. `declarations`: what programmes declare. `selectors`:
a scorecard as it stands, and as it would stand with other weights and targets.
"""
