import { testCaptureByFuzz } from '../fuzz/test.ts'

testCaptureByFuzz(20_000)
