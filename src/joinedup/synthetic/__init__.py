"""A made-up partnership of any nation: organisations, people, two years of their lives. Seeded, of any size.

The same nation, number of people, seed and last day always give the same bytes. They go in as FHIR bundles
through the same door as a partner's system. No name, number, code, address or telephone can be anybody's.
Shares and rates are plausible where they are not said to be from a source: never evidence.
"""

from joinedup.synthetic.bundles import bundles as bundles
from joinedup.synthetic.nation_data import NationDataError as NationDataError
from joinedup.synthetic.nation_data import Service as Service
from joinedup.synthetic.partnership import MadeUpArea as MadeUpArea
from joinedup.synthetic.partnership import MadeUpBoard as MadeUpBoard
from joinedup.synthetic.partnership import MadeUpOrganisation as MadeUpOrganisation
from joinedup.synthetic.partnership import MadeUpPartnership as MadeUpPartnership
from joinedup.synthetic.partnership import MadeUpPractitioner as MadeUpPractitioner
from joinedup.synthetic.partnership import MadeUpWard as MadeUpWard
from joinedup.synthetic.partnership import partnership as partnership
