/** Where the keys are; see endpoints.ts. */
export { secretsmanager as defaultEndpointResolver } from './endpoints.ts'
