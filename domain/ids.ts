/** Codes that people and partners choose. They become part of stream names, so the alphabet is small. */
export const codePattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,49}$/;

/** Ids that the service makes: ULIDs. */
export const ulidPattern = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const ulidLength = 26;

/** 128 bits written as a ULID; it says nothing about time. */
export const ulidOfBits = (bits: bigint): string => {
  let rest = bits;
  let text = '';
  for (let index = 0; index < ulidLength; index += 1) {
    text = crockford.charAt(Number(rest & 31n)) + text;
    rest >>= 5n;
  }
  return text;
};

/** Ids of events, as the log keeps them: lower-case UUIDs. */
export const eventIdPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A UUID as people write it, in either case. */
export const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const lineIdPattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,19}$/;

/** `<releaseId>:<lineId>`-like ids are composed so that a retry composes the same one. */
export const composedId = (...parts: readonly string[]): string => parts.join(':');
