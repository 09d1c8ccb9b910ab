import { testAgreementOnOptIn, testAgreementOnSample } from './agreement.ts'

testAgreementOnSample({ leads: 40, seed: 'agreement', moreSendsThan: 150, moreOfEachVariantThan: 3 })
testAgreementOnOptIn(30, 'branches')
