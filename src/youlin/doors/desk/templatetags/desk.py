"""The desk's own filter."""

from django import template

register = template.Library()
SEPARATOR = " · "


@register.filter
def below(path: str, home: str) -> str:
    """`{{ row.area_path|below:home_path }}`: where it is, without what is the same in every row."""
    shortened = path.removeprefix(home).removeprefix(SEPARATOR) if home else path
    return shortened or path.rsplit(SEPARATOR, 1)[-1]
