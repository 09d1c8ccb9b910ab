import { testOutage } from '../support/outage.ts'

/** Twelve are in outage.long.test.ts: what they wait for is asked for again every quarter of an hour. */
testOutage(6)
