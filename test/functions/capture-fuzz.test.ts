import { testCaptureByFuzz } from '../fuzz/test.ts'

/** `npm run test:long` gives it ten times as many, `npm run fuzz:capture` a hundred thousand bad ones. */
testCaptureByFuzz(2000)
