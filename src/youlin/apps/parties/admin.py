"""Configuration of bodies, accounts and machine clients. People themselves are never listed here.

Nothing is written behind the services: the admin shows, and offers what they allow.
"""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin

admin.site.login = secure_admin_login(admin.site.login)
admin.site.site_header = "友邻"
