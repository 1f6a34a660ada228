from django.urls import path

from youlin.doors.desk.points import books, rewards, shops

urlpatterns = [
    path("points/", books.books, name="books"),
    path("points/reverse/<uuid:transfer>/", books.reverse_one, name="points-reverse"),
    path("points/close/", books.close, name="points-close"),
    path("points/shops/", shops.shops, name="shops"),
    path("points/shops/month/<slug:form>/", shops.month_of_all, name="shops-month"),
    path("points/shops/<uuid:shop_id>/", shops.shop, name="shop"),
    path("points/shops/<uuid:shop_id>/new/", rewards.new, name="reward-new"),
    path("points/shops/<uuid:shop_id>/month/<slug:form>/", shops.month, name="shop-month"),
    path("points/shops/<uuid:shop_id>/<slug:step>/", shops.change, name="shop-step"),
    path("points/rewards/<str:number>/", rewards.reward, name="reward"),
    path("points/rewards/<str:number>/<slug:step>/", rewards.change, name="reward-step"),
]
