/** Stands in for the choice of a client's defaults by where it runs, which asks a virtual machine; unless told, it is this. */
export const resolveDefaultsModeConfig = () => async () => 'legacy' as const
