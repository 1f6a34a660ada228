"""Every write of linkage: keyword-only, one transaction, access checked here.

`bodies`: companies and outlets, their contacts, when they were spoken to, matters about them. `consulting`:
consultations planned, held, decided. `tasks`: the departments' task list. `importing`: whole tables of both.
"""
