"""From a plain Django form to the props of our field macro: nothing is drawn by Django's own widgets.

The widget only says which control to use; label, hint and error are tied together by the macro, and the
error summary links to the first control of each field.
"""

from django import forms
from django.forms import BoundField

from joinedup.web.form_components import Choice, ErrorSummary, Field, FieldKind, Part, Problem
from joinedup.web.questions import MomentWidget

# The order matters: RadioSelect and CheckboxSelectMultiple are Selects in all but name, and a
# PasswordInput is a TextInput.
KIND_OF_WIDGET: tuple[tuple[type[forms.Widget], FieldKind], ...] = (
    (forms.HiddenInput, FieldKind.HIDDEN),
    (forms.PasswordInput, FieldKind.PASSWORD),
    (forms.CheckboxSelectMultiple, FieldKind.CHECKBOXES),
    (forms.RadioSelect, FieldKind.RADIOS),
    (forms.Select, FieldKind.SELECT),
    (forms.Textarea, FieldKind.TEXTAREA),
    (forms.TextInput, FieldKind.TEXT),
    (MomentWidget, FieldKind.MOMENT),
)


def form_fields(form: forms.Form) -> tuple[Field, ...]:
    """Every field of the form, in its order."""
    return tuple(form_field(bound) for bound in form)


def form_field(bound: BoundField) -> Field:
    """One field; the widget's ``autocomplete``, ``inputmode``, ``data-width`` and ``data-prefix`` go with it."""
    attributes = bound.field.widget.attrs
    kind = _kind(bound)
    width = attributes.get("data-width")
    return Field(
        kind=kind,
        id=bound.id_for_label or bound.auto_id or bound.html_name,
        name=bound.html_name,
        label=str(bound.label),
        # A password is never sent back to the page.
        value="" if kind is FieldKind.PASSWORD else _text(bound.value()),
        hint=str(bound.help_text),
        error=" ".join(str(error) for error in bound.errors),
        autocomplete=str(attributes.get("autocomplete", "")),
        input_mode=str(attributes.get("inputmode", "")),
        width=int(width) if width else None,
        prefix=str(attributes.get("data-prefix", "")),
        choices=_choices(bound),
        parts=_parts(bound),
    )


def error_summary(form: forms.Form) -> ErrorSummary | None:
    """The problems of a form that was sent, first those of no single field; None when there are none."""
    whole = [Problem(str(error)) for error in form.non_field_errors()]
    single = [Problem(str(error), _first_control(bound)) for bound in form for error in bound.errors]
    problems = tuple(whole + single)
    return ErrorSummary(problems) if problems else None


def _kind(bound: BoundField) -> FieldKind:
    widget = bound.field.widget
    for widget_class, kind in KIND_OF_WIDGET:
        if isinstance(widget, widget_class):
            return kind
    raise TypeError(f"no component draws a {type(widget).__name__}")


def _choices(bound: BoundField) -> tuple[Choice, ...]:
    widget = bound.field.widget
    if not isinstance(widget, forms.Select | forms.RadioSelect | forms.CheckboxSelectMultiple):
        return ()
    answer = bound.value()
    chosen = {str(value) for value in (answer if isinstance(answer, list | tuple) else [answer])}
    hints: dict[str, str] = getattr(bound.field, "choice_hints", {})
    return tuple(
        Choice(str(value), str(text), str(value) in chosen, hints.get(str(value), ""))
        for value, text in widget.choices
        if not isinstance(text, list | tuple)
    )


def _parts(bound: BoundField) -> tuple[Part, ...]:
    widget = bound.field.widget
    if not isinstance(widget, MomentWidget):
        return ()
    return tuple(
        Part(
            f"{bound.auto_id}_{part.name}",
            f"{bound.html_name}_{part.name}",
            part.label,
            text,
            part.width,
            part.mode,
        )
        for part, text in zip(widget.boxes, widget.texts(bound.value()), strict=True)
    )


def _first_control(bound: BoundField) -> str:
    parts = _parts(bound)
    return parts[0].id if parts else str(bound.id_for_label or bound.auto_id)


def _text(value: object) -> str:
    return "" if value is None or isinstance(value, list | tuple) else str(value)
