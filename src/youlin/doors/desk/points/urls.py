from django.urls import path

from youlin.doors.desk.points import books

urlpatterns = [
    path("points/", books.books, name="points"),
    path("points/reverse/<uuid:transfer>/", books.reverse_one, name="points-reverse"),
    path("points/close/", books.close, name="points-close"),
]
