/** One thing wrong with a body: a JSON pointer (RFC 6901), a code of the catalogue and a sentence. */
export type Violation = { readonly pointer: string; readonly code: string; readonly detail: string };

/** A definition without what the service adds itself. */
export type DefinitionOf<E extends { readonly data: object }> = Omit<
  E['data'],
  'version' | 'contentSha256' | 'approvalId' | 'crmAccount'
>;

export const pointer = (...parts: readonly (string | number)[]): string =>
  parts.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
