/** Sample addresses: a synthesis warns of them, a deployment is refused because of them, and one machine serves them. */
import { Annotations, Aws, CfnRule, Fn, type Stack } from 'aws-cdk-lib'

/**
 * CloudFormation evaluates rules before it creates or updates anything, and nothing else does. An assertion compares
 * what can never be equal. It refers to the region, for a rule of constants alone may not be taken for one; and not to a
 * parameter, whose value would outlast the samples.
 */
export const refuseSamples = (stack: Stack, samples: readonly string[]): void => {
  if (samples.length === 0) return
  for (const [index, sample] of samples.entries())
    Annotations.of(stack).addWarningV2(
      `ripen:sample-address-${index + 1}`,
      `${sample} A deployment is refused.`,
    )
  new CfnRule(stack, 'RealAddresses', {
    assertions: samples.map((assertDescription) => ({
      assert: Fn.conditionEquals(Aws.REGION, 'refused'),
      assertDescription,
    })),
  })
}
