/** Stands in for asking a virtual machine where it runs: Lambda says it in AWS_REGION. */
export const getInstanceMetadataRegion = async (): Promise<undefined> => undefined
