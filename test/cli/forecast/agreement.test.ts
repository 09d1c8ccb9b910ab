import { testAgreementOnOptIn, testAgreementOnSample } from './agreement.ts'

testAgreementOnSample({ leads: 12, seed: 'agreement', moreSendsThan: 60, moreOfEachVariantThan: 1 })
testAgreementOnOptIn(14, 'branches')
