"""Switch between the roles that a user holds. Signing in and out is in ``joinedup.web.signing_in``."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from joinedup.care.access.actor import Actor
from joinedup.web.actors import ACTING_AS, actors_of, key_of, needs
from joinedup.web.frame import other_roles


@needs(None)
def switch_role(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Choose another of one's roles; from then on the session acts as that one."""
    actors = actors_of(request)
    chosen = request.POST.get("role")
    if request.method == "POST" and chosen in {key_of(held) for held in actors}:
        request.session[ACTING_AS] = chosen
        return redirect("/")
    context = {"role": other_roles([actor])[0], "others": other_roles(actors[1:])}
    return render(request, "switch_role.html", context)
