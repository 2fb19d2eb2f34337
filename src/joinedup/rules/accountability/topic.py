"""What every nation's rule book on accountability says: for each function who holds which duty, and the links.

Each row names what it rests on by the id of a document in `accountability_sources`; an entry's own confidence is that
of its weakest row.
"""

from joinedup.rules.accountability.rows import Body, Function, Held, Link, Reference
from joinedup.rules.topics import Topic, table_of

BODIES = "accountability_bodies"
SOURCES = "accountability_sources"
LINKS = "accountability_links"


def parameter_of(function: Function) -> str:
    """Return the name of the parameter that says who holds what of a function."""
    return f"accountability_{function.value}"


ACCOUNTABILITY = Topic(
    name="accountability",
    title="Who does what",
    requirements={
        BODIES: table_of(Body, is_required=True),
        SOURCES: table_of(Reference, is_required=True),
        LINKS: table_of(Link, is_required=True),
        **{parameter_of(function): table_of(Held, is_required=True) for function in Function},
    },
)
