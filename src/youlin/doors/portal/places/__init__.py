"""The friendly map: finding a place (`finding`), its page with what visitors say of it (`page`), both in words."""
