"""The desk's own filters."""

from django import template

from youlin.apps.cases import selectors as cases

register = template.Library()
SEPARATOR = " · "


@register.filter
def below(path: str, home: str) -> str:
    """`{{ row.area_path|below:home_path }}`: where it is, without what is the same in every row."""
    shortened = path.removeprefix(home).removeprefix(SEPARATOR) if home else path
    return shortened or path.rsplit(SEPARATOR, 1)[-1]


@register.filter
def mark_name(mark: str) -> str:
    """What a mark of a case means, in words: 督办, 缓办, 挂账 …"""
    return cases.mark_name(mark)


@register.filter
def one_line(text: str) -> str:
    """Several lines as one, for paper."""
    return SEPARATOR.join(text.splitlines())
