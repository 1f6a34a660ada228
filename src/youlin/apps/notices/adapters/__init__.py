"""How messages leave the house. An adapter is one function named in the settings; see this app's README.

`send_sms(to, text)`, `send_mail(to, subject, text)` and `send_wecom(to, title, text, link)` return when the message
is handed over and raise
`Refused` when it never can be (wrong address), any other exception when it may be tried again.
"""


class Refused(Exception):
    """The message can never be delivered to this address; trying again is of no use."""
