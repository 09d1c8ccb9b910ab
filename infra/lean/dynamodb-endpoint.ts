/** Where the table is; see endpoints.ts. */
export { dynamodb as defaultEndpointResolver } from './endpoints.ts'
