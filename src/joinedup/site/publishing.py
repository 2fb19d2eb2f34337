"""From the record to the pseudonymised tables: what the demo and `joinedup publish` both do."""

from joinedup.core.nation import Nation
from joinedup.exchange.publish import Published, publish
from joinedup.site.folders import DataFolder


def publish_record(folder: DataFolder, nation: Nation) -> Published:
    """Write the tables, with the pseudonym key of this folder."""
    return publish(folder.root, nation=nation, key=folder.secret("pseudonym"))
