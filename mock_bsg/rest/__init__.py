"""BSG's API as its clients see it. Thin: read the body, ask the sandbox, word the answer."""

from mock_bsg.rest import common, hlr, mnp, sms, viber

FUNCTIONS = (*viber.FUNCTIONS, *sms.FUNCTIONS, *hlr.FUNCTIONS, *mnp.FUNCTIONS, *common.FUNCTIONS)
"""Every function of BSG's API that is emulated; the first whose path fits is called."""
