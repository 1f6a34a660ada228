"""A street contests a figure: a case that one checks and another decides, and what follows where it is upheld.

`acts`: its acts. `services`: contest a figure; leave the cases out that an upheld appeal names (by the exclusion every
case has); compute the figure anew. `selectors`: what was contested, and figures with both their values.
"""
