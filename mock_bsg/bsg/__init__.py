"""BSG's API as its clients see it. Thin: read the body, ask the sandbox, word the answer."""

from mock_bsg.bsg import common, sms, viber

FUNCTIONS = (*viber.FUNCTIONS, *sms.FUNCTIONS, *common.FUNCTIONS)
"""Every function of BSG's API that is emulated; the first whose path fits is called."""
