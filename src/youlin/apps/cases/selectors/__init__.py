"""Every read of cases. The actor comes first and sees only what their duties or relations grant.

Lists of the desk and the field: `inbox`, `todays_list`, `map_points`, `counts`, `case_page`.
For anybody: `public_cases`, `public_case`, `nearby_open`, `categories`, `suggest_categories`.
For the one who reported: `track`, `my_cases`. For leaders: `rates`, `street_figures`, `daily_counts`.
"""
