import type { PostingContext } from './posting.ts';

/** Our own name space (RFC 9562, version 5). Changing it would give every journal another id on the next rebuild. */
const nameSpace = [0x6f, 0x2d, 0x1c, 0x5a, 0x8b, 0x7e, 0x4f, 0x4c, 0x9d, 0x3a, 0x52, 0xe1, 0xb0, 0x7c, 0x64, 0xd8];

/** UUIDv5(eventId : templateId : ledger): the same event gives the same journal, however often it is read (spec 4.8). */
export const makeJournalIdFor =
  (sha1: (bytes: Uint8Array) => Uint8Array): PostingContext['journalIdFor'] =>
  (eventId, template, ledger) => {
    const name = new TextEncoder().encode([eventId, template, ledger].join(':'));
    const bytes = Array.from(sha1(Uint8Array.from([...nameSpace, ...name])).subarray(0, 16));
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  };
