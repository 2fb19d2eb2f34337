"""From Django forms to the props of our own controls, and from those to a page."""

import pytest
from django import forms
from django.template import engines

from joinedup.web.fields import error_summary, form_field, form_fields
from joinedup.web.form_components import FieldKind


class Question(forms.Form):
    why = forms.ChoiceField(choices=[("a", "First"), ("b", "Second")], widget=forms.RadioSelect)
    secret = forms.CharField(widget=forms.PasswordInput)
    note = forms.CharField(
        required=False, help_text="<b>Short</b>", widget=forms.TextInput(attrs={"data-width": 5})
    )

    def clean(self):
        raise forms.ValidationError("These do not fit together")


def draw(form):
    page = engines["pages"].from_string(
        '{% from "components/form.html" import form_body, error_summary %}'
        '{{ error_summary(form_problems(form)) if form.errors }}{{ form_body(form, "", "Send") }}'
    )
    return page.render({"form": form})


def test_each_widget_becomes_a_control_of_its_kind():
    assert [field.kind for field in form_fields(Question())] == [
        FieldKind.RADIOS,
        FieldKind.PASSWORD,
        FieldKind.TEXT,
    ]
    assert form_fields(Question())[2].width == 5


def test_a_password_is_never_sent_back():
    form = Question({"why": "a", "secret": "hush"})
    assert form_field(form["secret"]).value == ""
    assert "hush" not in draw(form)


def test_the_summary_has_the_problems_of_the_whole_form_first_and_links_the_others():
    summary = error_summary(Question({}))
    assert [(problem.text, problem.field_id) for problem in summary.problems] == [
        ("These do not fit together", ""),
        ("This field is required.", "id_why"),
        ("This field is required.", "id_secret"),
    ]


def test_a_form_not_yet_sent_has_no_summary():
    assert error_summary(Question()) is None


def test_every_link_of_the_summary_leads_to_a_control():
    drawn = draw(Question({}))
    assert 'href="#id_why"' in drawn
    assert 'id="id_why"' in drawn


def test_answers_and_hints_are_escaped():
    drawn = draw(Question({"note": "<script>alert(1)</script>"}))
    assert "<script>" not in drawn
    assert "<b>Short</b>" not in drawn


def test_a_widget_without_a_component_is_an_error():
    class Upload(forms.Form):
        file = forms.FileField()

    with pytest.raises(TypeError, match="ClearableFileInput"):
        form_fields(Upload())
