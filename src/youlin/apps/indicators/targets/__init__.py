"""What a district aims at, by area and period: proposed by one, approved by another, inherited downward, kept for ever.

`spans`: the periods a target can be for. `judging`: whether a value meets its target. `services`: every write.
`selectors`: what is in force, lists, history.
"""
