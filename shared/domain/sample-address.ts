/** Addresses that documents give as examples: nobody receives what is sent there, and nobody can prove them to be theirs. */

/** RFC 2606 and RFC 6761: domains and endings that are set aside and never belong to anyone. */
const setAside = /(^|[@.])(example\.(com|net|org)|example|test|invalid|localhost)$/i

/** Whether an address or a domain is one that stands in samples. */
export const isSample = (addressOrDomain: string): boolean => setAside.test(addressOrDomain)
