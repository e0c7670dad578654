from django.urls import path

from .views import accounts, grants, lost, me

app_name = "access"
urlpatterns = [
    path("me/", me.me, name="me"),
    path("me/tokens/new/", me.make_token, name="make_token"),
    path("me/tokens/<int:pk>/revoke/", me.revoke_my_token, name="revoke_my_token"),
    path("me/sessions/end/", me.end_my_sessions, name="end_my_sessions"),
    path("settings/accounts/", accounts.accounts, name="accounts"),
    path("settings/accounts/new/", accounts.open_account, name="open_account"),
    path("settings/accounts/<int:pk>/", accounts.account, name="account"),
    path("settings/accounts/<int:pk>/close/", accounts.close_account, name="close_account"),
    path("settings/accounts/<int:pk>/reopen/", accounts.reopen_account, name="reopen_account"),
    path("settings/accounts/<int:pk>/password-link/", accounts.password_link, name="password_link"),
    path("settings/accounts/<int:pk>/second-factor/", accounts.reset_second_factor, name="reset_second_factor"),
    path("settings/accounts/<int:pk>/sessions/", accounts.end_sessions, name="end_sessions"),
    path("settings/accounts/<int:pk>/grants/new/", grants.give_grant, name="give_grant"),
    path("settings/grants/lost/", lost.lost, name="lost_grants"),
    path("settings/grants/<int:pk>/lost/", lost.answer_lost, name="answer_lost_grant"),
    path("settings/grants/<int:pk>/end/", grants.end_grant, name="end_grant"),
    path("settings/tokens/<int:pk>/revoke/", me.revoke_token, name="revoke_token"),
    path("settings/rights/", grants.rights, name="rights"),
]
