"""Deliveries in the configuration admin: whether messages leave the house. What they say is not shown."""

from django.contrib import admin

from youlin.apps.notices.models import Delivery
from youlin.apps.parties.admin_base import ServiceAdmin


@admin.register(Delivery)
class DeliveryAdmin(ServiceAdmin):
    verb = "duty.manage"
    may_add = False
    list_display = ("channel", "state", "attempts", "not_before", "sent_at", "last_error", "district")
    list_filter = ("channel", "state", "district")
    fields = readonly_fields = ("channel", "state", "attempts", "not_before", "sent_at", "last_error")
    ordering = ("-not_before",)
