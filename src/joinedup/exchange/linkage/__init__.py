"""Bulk duplicate finding: which of all people may be one person, with Splink on DuckDB.

Takes plain `PersonToLink`, gives pairs with a score and the reasons for it; knows neither the database nor what
is done with a pair. Needs the extra `linkage`. After Fellegi and Sunter, A Theory for Record Linkage (1969), as
Splink implements it.
"""

from joinedup.exchange.linkage.finding import Found as Found
from joinedup.exchange.linkage.finding import find_duplicates as find_duplicates
from joinedup.exchange.linkage.judging import LINK as LINK
from joinedup.exchange.linkage.judging import REVIEW as REVIEW
from joinedup.exchange.linkage.people import LinkageError as LinkageError
from joinedup.exchange.linkage.people import PersonToLink as PersonToLink
from joinedup.exchange.linkage.report import as_markdown as as_markdown
from joinedup.exchange.linkage.report import write_report as write_report
from joinedup.exchange.linkage.trial import Trial as Trial
from joinedup.exchange.linkage.trial import Truth as Truth
from joinedup.exchange.linkage.trial import judge as judge
